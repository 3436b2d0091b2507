import { chmod, chown, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { entry, hops, journalOn, place } from '../support/journals.js'
import { idsIn } from './support/ids-in.js'
import { journalProcess, NOBODY } from './support/journal-process.js'

const isRoot = process.getuid?.() === 0

/** A journal with a message, of the user who will open it; its log too, as a killed process leaves it. */
const owned = async (): Promise<{ readonly directory: string; readonly file: string }> => {
  const outer = await place()
  await chmod(outer.directory, 0o755)
  const directory = join(outer.directory, 'own')
  await mkdir(directory)
  const file = join(directory, 'journal.db')
  const journal = journalOn(file)
  await journal.open(hops)
  await journal.accept([entry('m')])
  await journal.drop()
  if (isRoot) {
    await chown(directory, NOBODY, NOBODY)
    for (const name of await readdir(directory)) await chown(join(directory, name), NOBODY, NOBODY)
  }
  return { directory, file }
}

describe('what may not be written', () => {
  it.each([
    ['the directory, before there is a journal', ['own'], false],
    ['the file', ['own/journal.db'], true],
    ['the lock', ['own/journal.db.lock'], true],
    [
      'all of them, as on a file system that is mounted read-only',
      ['own/journal.db', 'own/journal.db.lock', 'own'],
      true,
    ],
  ] as const)(
    '%s: open says unwritable, with the place and the remedy, and harms nothing',
    async (_, locked, there) => {
      const { directory, file } = await owned()
      const path = there ? file : join(directory, 'new.db')
      for (const name of locked) {
        const at = join(directory, '..', name)
        await chmod(at, name === 'own' ? 0o555 : 0o444)
      }
      const { ask, kill } = journalProcess({ file: path }, { nobody: true })
      const said = (await ask('open')) as {
        readonly no: { readonly trouble: string; readonly message: string }
      }
      expect(said.no.trouble).toBe('unwritable')
      expect(said.no.message).toContain(path)
      expect(said.no.message).toContain('let this user write there')
      await kill()
      for (const name of locked.toReversed()) {
        const at = join(directory, '..', name)
        await chmod(at, name === 'own' ? 0o755 : 0o600)
      }
      expect(await idsIn(file)).toEqual(['m'])
    },
  )
})
