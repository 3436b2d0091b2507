/** Text as pieces of so many bytes. */
export function* cut(text: string | Buffer, size: number): Generator<Buffer, void, void> {
  const bytes = Buffer.from(text as string)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** All items of an iterable. */
export const all = async <A>(items: AsyncIterable<A>): Promise<A[]> => {
  const got: A[] = []
  for await (const item of items) got.push(item)
  return got
}

/** Rows as they are, bad ones as their message. */
export const shown = async (items: AsyncIterable<unknown>): Promise<unknown[]> =>
  (await all(items)).map((item) => (item instanceof Error ? item.message : item))

/** All pieces of a file, as text. */
export const textOf = async (pieces: AsyncIterable<Uint8Array>): Promise<string> =>
  Buffer.concat(await all(pieces)).toString()

/** A file of `n` lines, made as it is read, in pieces of about 64 KiB. */
export function* lines(n: number, line: (i: number) => string, head = ''): Generator<Buffer, void, void> {
  let text = head
  for (let i = 0; i < n; i++) {
    text += line(i)
    if (text.length < 65_536) continue
    yield Buffer.from(text)
    text = ''
  }
  yield Buffer.from(text)
}
