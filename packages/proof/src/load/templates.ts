import { randomBytes } from 'node:crypto'
import { fakeStack, type FakeEvent, type ListeningStack } from '@xconnector/contentstack/testing'
import { article } from '../../../../examples/demo/src/cms/content.ts'
import { FILE_BYTES, type Kind } from './kinds.ts'
import type { Template } from './orders.ts'

const ENTRIES = 50
const ASSETS = 50
const SEED = 'load'

/** A stack that listens, and bodies of its webhooks for any number of entries and assets that have a file in it. */
export const stackOfTemplates = async (): Promise<{
  readonly stack: ListeningStack
  readonly templates: readonly Template[]
}> => {
  const stack = fakeStack({ region: 'EU', contentTypes: ['article'] })
  const listening = await stack.listen()
  const entries = Array.from({ length: ENTRIES }, (_, i): Template => {
    const { uid } = stack.entries.save('article', article(SEED, `${SEED}-${i}`, 1))
    return template('entry', '/hooks/contentstack/entries', stack.entries.publish(uid))
  })
  const assets = Array.from({ length: ASSETS }, (_, i): Template => {
    const { uid } = stack.assets.save({
      filename: `picture-${i}.jpg`,
      type: 'image/jpeg',
      file: randomBytes(FILE_BYTES),
      fields: {
        title: `picture ${i}`,
        description: 'A picture of the campaign',
        tags: ['campaign'],
        rights: { holder: 'Example Press', territories: ['DE', 'AT'], until: '2035-01-01T00:00:00Z' },
      },
    })
    return template('asset', '/hooks/contentstack/assets', stack.assets.publish(uid))
  })
  return { stack: listening, templates: [...entries, ...assets] }
}

// The uid alone: the address of a file has it too, and stays as it is.
const template = (kind: Kind, path: string, { uid, bodies }: FakeEvent): Template => ({
  kind,
  path,
  pieces: JSON.stringify(bodies.full).split(new RegExp(`(?<="uid":")${uid}(?=")`)),
})
