import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'

/** The lines of a file of JSON lines; none of a file that is not there. A torn last line, of a writer that was killed, is left out. */
export const readLines = async <Line>(path: string): Promise<readonly Line[]> => {
  if (!existsSync(path)) return []
  const texts: string[] = []
  for await (const text of createInterface({ input: createReadStream(path) })) texts.push(text)
  return texts.flatMap((text, i) => {
    try {
      return [JSON.parse(text) as Line]
    } catch (thrown) {
      if (i === texts.length - 1) return []
      throw new SyntaxError(`${path}:${i + 1}: expected JSON`, { cause: thrown })
    }
  })
}
