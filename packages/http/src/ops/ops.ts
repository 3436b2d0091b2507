import { Holdings } from '../ingress/holdings.js'
import type { FetchHandler } from '../ingress/fetch-handler.js'
import type { NodeHandler } from '../ingress/node-handler.js'
import { acting } from './acted.js'
import { doorOf } from './door.js'
import { EventHub } from './events/event-hub.js'
import { fetchSide } from './fetch-side.js'
import { FreshStatus } from './fresh-status.js'
import { LoopWindow } from './loop-window.js'
import { EventTallies } from './metrics/event-tallies.js'
import { ParkedTime } from './metrics/parked-time.js'
import { nodeSide } from './node-side.js'
import type { Operated } from './operated.js'
import { settingsOf, type OpsOptions } from './options.js'
import type { OpsRoute } from './route.js'
import { deadDiscard, deadReplay } from './routes/dead-acts.js'
import { deadList } from './routes/dead-list.js'
import { deadStory } from './routes/dead-story.js'
import { erase } from './routes/erase.js'
import { events } from './routes/events.js'
import { flow, graph } from './routes/flows.js'
import { metrics } from './routes/metrics.js'
import { pause, paused, resume } from './routes/pauses.js'
import { livez, readyz } from './routes/probes.js'
import { runs } from './routes/runs.js'
import { status } from './routes/status.js'
import type { Serving } from './serve.js'
import { Table } from './table.js'

/** A runtime's operation, over HTTP. */
export interface Ops {
  /** For `node:http`, and as a middleware: with `next`, what is not of it goes on. */
  readonly node: NodeHandler
  /** For servers that speak WHATWG `Request` and `Response`. */
  readonly fetch: FetchHandler
  /** Ends streams of events, and stops to measure. Not needed before a process ends: streams end when the runtime stops. */
  close(): void
}

/** The most bytes of an act's body: a thousand ids. */
const MAX_BYTES = 256 * 1024

/** How much of the time of an answer a body may take: what does not come is told as such (408), and its connection is closed. */
const BODY_SHARE = 0.5

/**
 * Lets people and monitoring look at a runtime, and repair: JSON over HTTP, errors as problems (RFC 9457). Made before or after the
 * runtime starts; it counts events from then on.
 *
 * Looks: `/status`, `/flows/:flow`, `/flows/:flow/graph`, `/dead`, `/dead/<id>`, `/paused`, `/runs/:flow`, `/events`,
 * `/metrics`, `/livez`, `/readyz`. Acts, by POST of `application/json`: `/dead/replay`, `/dead/discard`, `/pause`, `/resume`,
 * `/erase`. Every act is logged with the operator's name. Acts are refused (403) from pages of other sites.
 *
 * @example
 * const { node } = ops(runtime, { authorize: operatorTokens({ oncall: { token: env.OPS_TOKEN, may: 'act' } }) })
 * createServer((req, res) => hooks.node(req, res, () => node(req, res))).listen(3000)
 * @throws TypeError naming the option that makes no sense.
 */
export const ops = (runtime: Operated, options: OpsOptions): Ops => {
  if (typeof (runtime as Partial<Operated> | undefined)?.health !== 'function')
    throw new TypeError(`ops runtime: expected a runtime of createRuntime, got ${typeof runtime}`)
  const { basePath, open, clock, log, facts, ...settings } = settingsOf(options)
  const fresh = new FreshStatus(runtime, clock)
  const loop = new LoopWindow(facts, clock)
  const hops = runtime.describe().flatMap((d) => d.hops.map((h) => ({ flow: d.flow, hop: h.name })))
  const tallies = new EventTallies(runtime.events, hops)
  const parked = new ParkedTime(runtime.events, runtime.health().parked, clock.now())
  const { heartbeatMs, maxHeldEvents } = settings
  const hub = new EventHub(runtime.events, clock, { heartbeatMs, events: maxHeldEvents })
  const acted = acting(runtime, log, fresh)
  const stopping = (): void => hub.close('the runtime stops')
  runtime.events.on('stopping', stopping)
  const routes: readonly OpsRoute[] = [
    livez(loop, settings.maxLag),
    readyz(runtime),
    metrics(runtime, fresh, { tallies, parked, loop, facts }, clock),
    status(runtime, fresh),
    flow(runtime, fresh),
    graph(runtime),
    deadList(runtime),
    deadStory(runtime),
    deadReplay(runtime, acted),
    deadDiscard(runtime, acted),
    pause(runtime, acted),
    resume(runtime, acted),
    paused(runtime),
    runs(runtime),
    events(runtime, hub),
    erase(runtime, acted),
  ]
  const { timeoutMs } = settings
  const door = doorOf(settings.authorize, settings.challenge, log)
  const serving: Serving = { table: new Table(basePath, routes), door, open, clock, log, timeoutMs }
  const bodies = {
    limits: { maxBytes: MAX_BYTES, timeoutMs: timeoutMs * BODY_SHARE },
    holdings: new Holdings({ bodies: 64, bytes: 4 * 1024 * 1024 }),
  }
  return {
    node: nodeSide(serving, bodies),
    fetch: fetchSide(serving, bodies),
    close() {
      runtime.events.off('stopping', stopping)
      hub.close('it was closed')
      tallies.close()
      parked.close()
      loop.close()
    },
  }
}
