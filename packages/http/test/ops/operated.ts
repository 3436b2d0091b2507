import { z } from 'zod'
import {
  createDestination,
  createRuntime,
  decodeWith,
  failure,
  flow,
  left,
  memoryJournal,
  retry,
  right,
  silentLogger,
  target,
  type Intake,
  type Journal,
  type Json,
  type Logger,
  type Result,
  type Runtime,
  type Source,
  byKind,
} from '@xconnector/core'
import { ops, type Ops, type OpsOptions } from '../../src/ops/index.js'

export class Refused extends failure('Refused', 'permanent')<{ readonly because: string }> {}
export class Busy extends failure('Busy', 'transient')<{ readonly because: string }> {}

type Sent = { readonly id: string; readonly n: number }

/** A runtime with a flow of two hops, and a service of operation on it. */
export interface Operated extends AsyncDisposable {
  readonly runtime: Runtime
  readonly ops: Ops
  /** What was sent to the remote. */
  readonly sent: string[]
  /** What the remote says to the next calls. */
  answer: (body: Sent) => Result<Refused | Busy, undefined> | Promise<Result<Refused | Busy, undefined>>
  give(...bodies: readonly Json[]): Promise<readonly string[]>
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
  /** Asks as an operator who may act. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>
  act(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
}

export interface OperatedOptions {
  readonly ops?: Partial<OpsOptions>
  readonly journal?: Journal
  readonly log?: Logger
  readonly headers?: Readonly<Record<string, string>>
}

export const operated = async (options: OperatedOptions = {}): Promise<Operated> => {
  let intake: Intake | undefined
  const Body = z.object({ id: z.string(), n: z.number() }).loose()
  const source: Source<Sent> = {
    name: 'orders',
    single: false,
    decode: decodeWith(Body),
    start(given) {
      intake = given
      return { stop: () => {} }
    },
  }
  const site = createDestination({ name: 'site', concurrency: 8, circuit: false })
  const put = target({
    name: 'put',
    destination: site,
    effect: 'keyed' as const,
    async call(body: Sent, ctx) {
      const result = await self.answer(body)
      if (result._tag === 'Right') self.sent.push(ctx.key)
      return { result, seen: { as: result._tag === 'Right' ? 'ok' : 'refused' } }
    },
    preview: (body) => ({ put: body.id }),
  })
  const publish = flow('publish')
    .from(source)
    .durable('checked')
    .map('shape', (b) => b)
    .to(put)
    .on('Busy', retry({ initial: '1ms', max: '1ms', upTo: '1m' }))
    .otherwise(byKind())
  const runtime = createRuntime({
    flows: [publish],
    journal: options.journal ?? memoryJournal(),
    log: silentLogger,
  })
  await runtime.start()
  const service = ops(runtime, {
    authorize: () => ({ name: 'ann', may: 'act' }),
    log: options.log ?? silentLogger,
    ...options.ops,
  })
  const self: Operated = {
    runtime,
    ops: service,
    sent: [],
    answer: () => right(undefined),
    async give(...bodies) {
      const { headers } = options
      const taken = await intake!.accept(
        bodies.map((raw) => ({
          raw,
          type: 'order',
          undecodable: 'dead-letter' as const,
          ...(headers !== undefined && { headers }),
        })),
      )
      return taken.map((t) => ('id' in t ? t.id : ''))
    },
    async settled() {
      do await new Promise((resolve) => setImmediate(resolve))
      while (!runtime.idle || (await waiting(runtime)) > 0)
      // Events are told in a turn of their own.
      await new Promise((resolve) => setImmediate(resolve))
    },
    get: (path, headers = {}) => service.fetch(new Request(`http://ops.test${path}`, { headers })),
    act: (path, body, headers = {}) =>
      service.fetch(
        new Request(`http://ops.test${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
    async [Symbol.asyncDispose]() {
      service.close()
      await runtime.stop()
    },
  }
  return self
}

const waiting = async (runtime: Runtime): Promise<number> =>
  (await runtime.counts()).reduce((n, c) => n + (c.what === 'waiting' ? c.n : 0), 0)

/** The JSON of an answer. */
export const body = async <T = Record<string, unknown>>(answer: Response | Promise<Response>): Promise<T> =>
  (await (await answer).json()) as T

export { left, right }

/** How long a condition is waited for, at most. */
export const SOON: { readonly timeout: number } = { timeout: 10_000 }
