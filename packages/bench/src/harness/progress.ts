/** One line on a terminal that says how far a bench is; nothing where nobody looks. */
export interface Progress {
  say(done: number, of: number, what: string): void
  clear(): void
}

export const progress = (stream: NodeJS.WriteStream = process.stderr): Progress => {
  const shown = stream.isTTY && process.env['CI'] === undefined
  const write = (text: string): void => {
    if (!shown) return
    stream.cursorTo(0)
    stream.write(text.slice(0, stream.columns - 1))
    stream.clearLine(1)
  }
  return {
    say: (done, of, what) => write(`${done}/${of} ${what}`),
    clear: () => write(''),
  }
}
