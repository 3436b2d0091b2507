import { createHash } from 'node:crypto'
import {
  left,
  millis,
  right,
  type Clock,
  type Context,
  type Duration,
  type Result,
  type Tagged,
} from '@xconnector/core'
import { isContext } from '../client/plain-call.js'
import type { CallOptions } from '../client/options.js'
import { TimedOut } from '../failure/timed-out.js'
import type { Page, PageReply, PageRequest } from './page.js'
import type { PageStep } from './page-step.js'
import type { PagesCallOptions } from './pages-options.js'
import type { Position } from './position.js'
import { SignalContext } from './signal-context.js'

/** What a pass over pages needs. */
export interface Walked<A, P, I> {
  readonly step: PageStep<A, P, I>
  readonly call: (
    request: PageRequest<A>,
    options: CallOptions | Context | undefined,
  ) => Promise<Result<Tagged, PageReply<P, I>>>
  readonly clock: Clock
  readonly most: number
  readonly prefetch: boolean
}

/**
 * One pass over all pages: a result for each, the last of which may be a failure. Each page takes a slot of the destination
 * of its own, none is held between pages. Ends by itself: a place that was had before, and more pages than allowed, are
 * failures.
 */
export async function* walk<A, P, I>(
  walked: Walked<A, P, I>,
  input: A,
  options: PagesCallOptions | Context | undefined,
): AsyncGenerator<Result<Tagged, Page<P, I>>, void, undefined> {
  const { step, call, most } = walked
  const stopping = new AbortController()
  const ask = asking(walked, options, stopping.signal)
  const been = new Set([placeOf({ link: step.urlOf({ input }) })])
  let at: Position | undefined
  let coming: ReturnType<typeof call> | undefined
  try {
    for (let n = 1; ; n++) {
      const result = await (coming ?? ask({ input, at }))
      coming = undefined
      if (result._tag === 'Left') {
        yield result
        return
      }
      const page = result.right
      if (page.as === 'unchanged') return
      const { items, body, more, next } = page
      let stuck = page.stuck
      if (more && stuck === undefined) {
        const place = placeOf(next!)
        if (been.has(place)) stuck = step.bad('endless', 'has a page that leads back to one before it')
        else if (n >= most) stuck = step.bad('endless', `has more than the ${most} pages that are allowed`)
        been.add(place)
        at = next
      }
      if (walked.prefetch && more && stuck === undefined) {
        coming = ask({ input, at })
        // Told when it is waited for, if it ever is.
        coming.catch(() => undefined)
      }
      yield right({ items, body })
      if (stuck !== undefined) {
        yield left(stuck)
        return
      }
      if (!more) return
    }
  } finally {
    stopping.abort()
  }
}

type Asking<A, P, I> = (request: PageRequest<A>) => ReturnType<Walked<A, P, I>['call']>

const asking = <A, P, I>(
  { step, call, clock, prefetch }: Walked<A, P, I>,
  options: PagesCallOptions | Context | undefined,
  stopped: AbortSignal,
): Asking<A, P, I> => {
  if (isContext(options)) {
    const ctx = prefetch ? new SignalContext(options, stopped) : options
    return (request) => call(request, ctx)
  }
  const { signal, timeout, within } = options ?? {}
  const startedAt = clock.now()
  const all = within === undefined ? Infinity : millis(within, `within of "${step.name}"`)
  const signals = signal === undefined ? [stopped] : [signal, stopped]
  const ending = prefetch ? AbortSignal.any(signals) : signal
  return (request) => {
    const remaining = all - (clock.now() - startedAt)
    if (remaining <= 0) return Promise.resolve(left(late(step, clock.now() - startedAt)))
    const own = timeout === undefined ? Infinity : millis(timeout, `timeout of "${step.name}"`)
    const ms = Math.min(own, remaining)
    return call(request, {
      ...(ending !== undefined && { signal: ending }),
      ...(all < Infinity && own === Infinity ? { timeout: shorter(step, remaining) } : {}),
      ...(own < Infinity && { timeout: `${ms}ms` as Duration }),
    })
  }
}

// Never longer than the client's own timeout, which an explicit one would take the place of.
const shorter = <A, P, I>(step: PageStep<A, P, I>, remaining: number): Duration =>
  `${Math.min(remaining, step.timeoutMs)}ms`

const late = <A, P, I>(step: PageStep<A, P, I>, durationMs: number): TimedOut =>
  new TimedOut({
    kind: 'transient',
    facts: {
      destination: step.destination.name,
      target: step.name,
      method: step.method,
      path: step.path,
      durationMs,
    },
    what: `has more pages than could be read in ${durationMs} ms`,
  })

const placeOf = (at: Position): string => {
  const text = JSON.stringify(at)
  return text.length <= 64 ? text : createHash('sha256').update(text).digest('base64')
}
