import { createHmac } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { directoryStore, type ClaimStore } from '@xconnector/core/patterns'
import { hmacSignature, ingress, type FileOptions, type Ingress } from '../../src/index.js'
import { fakeIntake, type FakeIntake, type FakeIntakeOptions } from '../support/fake-intake.js'

export const KEY = 'the key of a test'

/** A sender that signs the body, and names its upload. */
export const signedBySender = hmacSignature({ secret: KEY, header: 'x-signature', id: { header: 'x-id' } })

export const signedFile = (body: string | Buffer, id = 'up-1'): Record<string, string> => ({
  'x-id': id,
  'x-signature': createHmac('sha256', KEY).update(body).digest('hex'),
})

/** A place for files over a directory of its own. */
export interface Filed extends AsyncDisposable {
  readonly hooks: Ingress
  readonly intake: FakeIntake
  readonly store: ClaimStore
  readonly stop: () => Promise<void>
  /** The names in the directory: files, and what is being written. */
  files(): Promise<readonly string[]>
  /** The bytes of a file of a message. */
  bytesOf(raw: unknown): Promise<Buffer>
}

export const filed = async (
  options: Partial<FileOptions> = {},
  intaking: FakeIntakeOptions = {},
  wrap: (store: ClaimStore) => ClaimStore = (store) => store,
): Promise<Filed> => {
  const dir = await mkdtemp(join(tmpdir(), 'filed-'))
  const store = wrap(directoryStore({ dir, name: 'in' }))
  const hooks = ingress({ maxBytes: 64 * 1024, ...(intaking.clock && { clock: intaking.clock }) })
  const intake = numbered(fakeIntake(intaking))
  const running = await hooks
    .file({ path: '/files', verify: signedBySender, store, ...options })
    .start(intake)
  return {
    hooks,
    intake,
    store,
    stop: async () => {
      await running.stop()
    },
    files: () => readdir(dir),
    async bytesOf(raw) {
      const chunks: Buffer[] = []
      for await (const chunk of await store.open((raw as { file: never }).file)) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks)
    },
    async [Symbol.asyncDispose]() {
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** With ids that differ, as those of a runtime do. */
export const numbered = (intake: FakeIntake): FakeIntake => {
  let n = 0
  return { ...intake, ids: { next: () => `n${++n}` } }
}
