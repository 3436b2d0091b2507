/** A distribution, drawn in text: a line for each name, longest first, no line longer than `width`. */
export const bars = (counts: ReadonlyMap<string, number>, width = 40): string => {
  const rows = [...counts].toSorted(([, a], [, b]) => b - a)
  const most = Math.max(1, ...rows.map(([, n]) => n))
  const name = Math.max(0, ...rows.map(([text]) => text.length))
  return rows
    .map(
      ([text, n]) =>
        `  ${text.padEnd(name)}  ${String(n).padStart(5)}  ${'█'.repeat(Math.ceil((n / most) * width))}`,
    )
    .join('\n')
}

/** How often each thing is there. */
export const countBy = <A>(all: readonly A[], nameOf: (one: A) => string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const one of all) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1)
  return counts
}
