import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Generated files in a folder of their own, where imports of them resolve. */
export interface Folder extends AsyncDisposable {
  /** Writes a file; gives its path. */
  write(name: string, code: string): Promise<string>
  /** What the compiler says of all files. */
  check(): Promise<string>
}

const HERE = fileURLToPath(new URL('.', import.meta.url))

export const folder = async (): Promise<Folder> => {
  const path = await mkdtemp(join(HERE, '.generated-'))
  const root = join(HERE, '../../../..')
  await writeFile(
    join(path, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: { noEmit: true, isolatedDeclarations: true },
      include: ['*.ts'],
    }),
  )
  return {
    async write(name, code) {
      const file = join(path, name)
      await writeFile(file, code)
      return file
    },
    check: () =>
      new Promise((resolve) => {
        const tsc = join(root, 'node_modules/.bin/tsc')
        execFile(tsc, ['-p', path], (_, out, err) => resolve(out + err))
      }),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}
