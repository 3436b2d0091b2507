import { failureToJson, millis, type Clock, type Logger } from '@xconnector/core'
import { problem, unavailable } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'
import type { Held, IdempotencyStore, Reserved, StoredAnswer } from './idempotency-store.js'
import type { IdempotencyOptions } from './idempotency-options.js'

/** The options, checked. Milliseconds. */
export interface OnceRules {
  readonly store: IdempotencyStore
  readonly ttlMs: number
  readonly leaseMs: number
  readonly maxBytes: number
}

/** What the work ended with. */
export interface Worked {
  readonly reply: Reply
  /** Whether repeats get this answer; else they try again. */
  readonly remember: boolean
}

/** Where it takes time from, and says what went wrong. */
export interface OncePorts {
  readonly clock: Clock
  readonly log: Logger
  /** In the log: which endpoint it is. */
  readonly endpoint: string
}

const UNAVAILABLE_RETRY_AFTER = 5
const SHORTEST_LEASE = 3000

/** @throws TypeError naming `option` and what was expected. */
export const onceRules = (options: IdempotencyOptions<never>, option: string): OnceRules => {
  const { store, scope, form = 'quoted', maxBytes = 256 * 1024 } = options
  if (typeof store?.reserve !== 'function')
    throw new TypeError(`${option} store: expected a store, such as memoryIdempotency()`)
  if (typeof scope !== 'function')
    throw new TypeError(`${option} scope: expected a function that says whom a key belongs to`)
  if (!['quoted', 'bare', 'either'].includes(form))
    throw new TypeError(`${option} form: expected 'quoted', 'bare' or 'either', got ${JSON.stringify(form)}`)
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0)
    throw new TypeError(`${option} maxBytes: expected a number of bytes, got ${String(maxBytes)}`)
  const leaseMs = millis(options.lease ?? '30s', `${option} lease`)
  if (leaseMs < SHORTEST_LEASE)
    throw new TypeError(`${option} lease: expected '3s' or more, got ${JSON.stringify(options.lease)}`)
  return { store, ttlMs: millis(options.ttl ?? '24h', `${option} ttl`), leaseMs, maxBytes }
}

/**
 * Does work once for a key, and answers its repeats with the first one's answer. The answer is kept before it is given. Never
 * rejects, as long as `work` does not.
 */
export const once = async (
  rules: OnceRules,
  ports: OncePorts,
  held: Held,
  work: () => Promise<Worked>,
): Promise<Reply> => {
  const { store, leaseMs, ttlMs } = rules
  const now = ports.clock.now()
  let reserved: Reserved
  try {
    reserved = await store.reserve({ ...held, now, until: now + leaseMs, ends: now + ttlMs })
  } catch (thrown) {
    say(ports, 'error', 'an idempotency key could not be reserved; its caller was told to come again', thrown)
    return unavailable(UNAVAILABLE_RETRY_AFTER, 'the idempotency key could not be looked up')
  }
  if (reserved.is !== 'ours') return repeated(reserved)
  const release = renewing(rules, ports, held)
  try {
    const worked = await work()
    await conclude(rules, ports, held, worked)
    return worked.reply
  } finally {
    release()
  }
}

const repeated = (reserved: Exclude<Reserved, { readonly is: 'ours' }>): Reply => {
  if (reserved.is === 'other')
    return problem(422, { detail: 'the idempotency key was used with another request' })
  if (reserved.is === 'busy')
    return problem(409, {
      detail: 'the first request with this idempotency key has not ended',
      headers: { 'retry-after': '1' },
    })
  const { status, headers, body, as } = reserved.answer
  if (as === 'none')
    return problem(409, { detail: 'this request was done; its answer was too large to be kept' })
  return { status, headers, body: as === 'base64' ? Buffer.from(body, 'base64') : body }
}

// A process that lives keeps its reservation.
const renewing = ({ store, leaseMs }: OnceRules, ports: OncePorts, held: Held): (() => void) => {
  let over = false
  let cancel = (): void => {}
  const wait = (): void => {
    cancel = ports.clock.after(leaseMs / 3, renew, { background: true })
  }
  const renew = (): void => {
    void store
      .renew(held, ports.clock.now() + leaseMs)
      .catch((thrown: unknown) =>
        say(ports, 'warn', 'the reservation of an idempotency key was not renewed', thrown),
      )
      .finally(() => {
        if (!over) wait()
      })
  }
  wait()
  return () => {
    over = true
    cancel()
  }
}

// What cannot be written is not told to the caller: the work has been done. A repeat waits for the lease.
const conclude = async (
  { store, ttlMs, maxBytes }: OnceRules,
  ports: OncePorts,
  held: Held,
  { reply, remember }: Worked,
): Promise<void> => {
  try {
    const kept = remember
      ? await store.keep(held, storedAnswer(reply, maxBytes), ports.clock.now() + ttlMs)
      : await store.free(held)
    if (!kept) say(ports, 'warn', 'the reservation of an idempotency key ran out while its request was done')
  } catch (thrown) {
    say(ports, 'error', 'what became of an idempotency key could not be stored', thrown)
  }
}

const storedAnswer = ({ status, headers, body }: Reply, maxBytes: number): StoredAnswer => {
  if (Buffer.byteLength(body) > maxBytes) return { status, headers: {}, body: '', as: 'none' }
  return typeof body === 'string'
    ? { status, headers, body, as: 'text' }
    : { status, headers, body: Buffer.from(body).toString('base64'), as: 'base64' }
}

const say = (ports: OncePorts, level: 'warn' | 'error', message: string, thrown?: unknown): void =>
  ports.log[level](
    { endpoint: ports.endpoint, ...(thrown !== undefined && { error: failureToJson(thrown) }) },
    message,
  )
