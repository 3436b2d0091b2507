import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { onLoopback } from '../on-loopback.ts'

/** Everybody whom the flow talks to, on this machine: for the play of `main.ts`. */
export interface World extends AsyncDisposable {
  /** What the ERP answers at the moment. */
  erp: 'well' | 'down' | 'refuses the token'
  /** How often the ERP was asked. */
  readonly asked: { times: number }
  /** How often each order was booked, by its id. */
  readonly booked: Map<string, number>
  readonly told: string[]
  /** By their keys: how many failures each is about. */
  readonly incidents: Map<string, { readonly count: number }>
  readonly settings: Readonly<Record<string, string>> & { readonly SHOP_HOOK_SECRET: string }
}

export const startWorld = async (): Promise<World> => {
  const running = new AsyncDisposableStack()
  type Answer = (request: IncomingMessage, body: string) => readonly [status: number, body?: unknown]
  const at = async (answer: Answer): Promise<string> => {
    const answered = async (request: IncomingMessage, response: ServerResponse) => {
      const [status, body] = answer(request, await text(request))
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body === undefined ? '' : JSON.stringify(body))
    }
    return running.use(await onLoopback(createServer((req, res) => void answered(req, res)))).url
  }

  const book: Answer = (request, body) => {
    if (world.erp === 'down') return [503, { detail: 'maintenance' }]
    if (world.erp === 'refuses the token')
      return [401, { detail: `not valid: ${request.headers.authorization}` }]
    const { id, lines } = JSON.parse(body) as { id: string; lines: readonly unknown[] }
    if (lines.length === 0) return [422, { detail: 'an order needs lines' }]
    world.booked.set(id, (world.booked.get(id) ?? 0) + 1)
    return [201]
  }
  const page: Answer = ({ method, url = '' }, body) => {
    const [, , key = '', resolved] = url.split('?')[0]!.split('/').map(decodeURIComponent)
    if (method === 'GET') return [200, [...world.incidents.values()]]
    if (resolved === undefined) world.incidents.set(key, JSON.parse(body) as { count: number })
    else world.incidents.delete(key)
    return [204]
  }
  const asked = { times: 0 }
  const world: World = {
    erp: 'well',
    asked,
    booked: new Map(),
    told: [],
    incidents: new Map(),
    settings: {
      SHOP_HOOK_SECRET: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
      ERP_URL: await at((request, body) => {
        asked.times++
        return book(request, body)
      }),
      ERP_TOKEN: 'erp-token',
      DESK_URL: await at(() => [201]),
      DESK_TOKEN: 'desk-token',
      CHAT_URL: `${await at((_, body) => (world.told.push((JSON.parse(body) as { text: string }).text), [200]))}/hooks/T0/chat-token`,
      PAGER_URL: await at(page),
      PAGER_KEY: 'pager-key',
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
  return world
}
