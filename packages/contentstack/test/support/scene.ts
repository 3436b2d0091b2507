import {
  byKind,
  createRuntime,
  flow,
  memoryJournal,
  silentLogger,
  type Runtime,
  type Source,
} from '@xconnector/core'
import { ingress, type Ingress } from '@xconnector/http'
import { contentstack, type Contentstack, type ContentstackOptions } from '../../src/index.js'
import { fakeStack, type FakeStack, type FakeStackOptions } from '../../src/testing/index.js'

/** A stack that listens, the adapter on it, and an ingress. */
export interface Scene extends AsyncDisposable {
  readonly stack: FakeStack
  readonly cms: Contentstack
  readonly hooks: Ingress
  readonly url: string
}

export const sceneOf = async (
  options: FakeStackOptions = {},
  adapter: Partial<ContentstackOptions> = {},
): Promise<Scene> => {
  const stack = fakeStack({ contentTypes: ['article', 'author'], ...options })
  const server = await stack.listen()
  const cms = contentstack({ ...server.settings, ...adapter })
  return {
    stack,
    cms,
    hooks: ingress({ basePath: '/hooks' }),
    url: 'https://me.example/hooks/cms',
    async [Symbol.asyncDispose]() {
      cms.close()
      await server.close()
    },
  }
}

/** A message that a source gave to a flow. */
export interface Got<A> {
  readonly type: string
  readonly time: number
  readonly body: A
}

/** A runtime whose one flow remembers what it is given. */
export const collecting = async <A>(
  source: Source<A>,
): Promise<{ readonly got: Got<A>[]; readonly runtime: Runtime } & AsyncDisposable> => {
  const got: Got<A>[] = []
  const collect = flow('collect')
    .from(source)
    .map('collect', (body, { message }) => {
      got.push({ type: message.type, time: message.time, body })
      return { uid: message.id }
    })
    .otherwise(byKind())
  const runtime = createRuntime({ flows: [collect], journal: memoryJournal(), log: silentLogger })
  await runtime.start()
  return {
    got,
    runtime,
    async [Symbol.asyncDispose]() {
      await runtime.stop()
    },
  }
}

/** Waits until something holds, for as long as real I/O takes. */
export const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 2000 && !holds(); i++) await new Promise((resolve) => setImmediate(resolve))
}
