/** A table drawn with lines: the first column to the left, all others, numbers, to the right. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)))
  const rule = (left: string, mid: string, right: string): string =>
    left + widths.map((w) => '─'.repeat(w + 2)).join(mid) + right
  const line = (cells: readonly string[]): string =>
    `│${cells.map((c, i) => ` ${i === 0 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!)} `).join('│')}│`
  return [rule('┌', '┬', '┐'), line(head), rule('├', '┼', '┤'), ...rows.map(line), rule('└', '┴', '┘')].join(
    '\n',
  )
}
