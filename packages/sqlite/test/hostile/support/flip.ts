import { readFile, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'

/** Makes nonsense of some bytes of a file. */
export const flip = async (file: string, at: number, length = 64): Promise<void> => {
  const bytes = await readFile(file)
  for (let i = at; i < Math.min(bytes.length, at + length); i++) bytes[i] = bytes[i]! ^ 0xff
  await writeFile(file, bytes)
}

/** Where the first page of a table or an index begins. */
export const pageOf = (file: string, name: string): number => {
  const db = new DatabaseSync(file, { readOnly: true })
  const root = Number(db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(name)?.['rootpage'])
  const size = Number(db.prepare('PRAGMA page_size').get()?.['page_size'])
  db.close()
  return (root - 1) * size
}
