import type { Logger } from '@xconnector/core'
import { anyone, ingress, type Ingress } from '../../src/index.js'
import { manualClock, type ManualClock } from './manual-clock.js'

export const everybody = anyone({ because: 'a test' })

/** What a log was told. */
export interface Said {
  readonly level: string
  readonly message: string
  readonly data: object
}

/** An ingress on a clock of its own that remembers what it logged. */
export interface Kit {
  readonly hooks: Ingress
  readonly clock: ManualClock
  readonly said: Said[]
  readonly log: Logger
  /** Sends a request, and gives what came back. */
  ask(method: string, path: string, options?: Asked): Promise<Told>
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, with its content type. */
  readonly body?: string | object
  readonly signal?: AbortSignal
}

export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body's JSON, where it is JSON. */
  readonly json: unknown
}

export const kit = (): Kit => {
  const clock = manualClock()
  const said: Said[] = []
  const say = (level: string) => (data: object, message: string) => void said.push({ level, message, data })
  const log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
  const hooks = ingress({ clock, log })
  return { hooks, clock, said, log, ask: (method, path, options) => ask(hooks, method, path, options) }
}

const ask = async (hooks: Ingress, method: string, path: string, options: Asked = {}): Promise<Told> => {
  const { body, headers, signal } = options
  const json = typeof body === 'object'
  const response = await hooks.fetch(
    new Request(`http://shop.test${path}`, {
      method,
      headers: { ...(json && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: json ? JSON.stringify(body) : body }),
      ...(signal && { signal }),
    }),
  )
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text,
    json: /json/.test(type) && text !== '' ? (JSON.parse(text) as unknown) : undefined,
  }
}

/** Lets everything happen that waits for nothing but its turn. */
export const turns = async (n = 20): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve))
}
