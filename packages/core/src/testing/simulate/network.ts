import type { Waits } from '../interleaved-clock.js'
import type { Stage } from './process.js'
import { carry, ON_THE_WIRE } from './wire.js'

type Fetch = (request: Request) => Promise<Response>

/** A fetch through the simulated network: see `Simulation.network`. */
export const network =
  (stage: Stage & { readonly waits: Waits }, name: string, real: Fetch): Fetch =>
  (request) =>
    new Promise((resolve, reject) => {
      const { engine, plan, story } = stage
      const what = `${name} ${request.method} ${pathOf(request.url)}`
      const say = (text: string): void => story.add(engine.now, 'remotes', text)
      const passage = plan.at('-', `net ${name}`, 'before', ON_THE_WIRE)
      if (passage !== undefined) say(`⚡ ${what}: ${passage.kind}`)
      // Copied before it is read: a request can be read once.
      const copy = passage?.kind === 'duplicate' ? request.clone() : undefined
      const act = async (again: boolean): Promise<Response> => {
        const release = engine.hold()
        try {
          const response = await real(again ? copy! : request)
          const body = BODILESS.has(response.status) ? null : await response.arrayBuffer()
          say(`${what} → ${response.status}`)
          return new Response(body, { status: response.status, headers: response.headers })
        } finally {
          release()
        }
      }
      const back = (f: () => void): void => engine.ready(undefined, f)
      carry(
        stage,
        passage ?? {},
        act,
        (came) =>
          back(() => (came.as === 'answer' ? resolve(came.value) : reject(new TypeError(broken(came.as))))),
        (thrown) => back(() => reject(thrown)),
      )
    })

// Statuses whose answer has no body: `Response` refuses to be given one.
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304])

const broken = (as: 'refused' | 'lost'): string =>
  as === 'refused' ? 'fetch failed: the connection was refused' : 'fetch failed: the connection was lost'

const pathOf = (url: string): string => {
  const { pathname, search } = new URL(url)
  return pathname + search
}
