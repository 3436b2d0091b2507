import {
  failureToJson,
  isFailure,
  systemRandom,
  uuidv7,
  type Clock,
  type Duration,
  type Ids,
  type Logger,
  type Result,
} from '@xconnector/core'
import { hashOf, keyIn } from '../idempotency/idempotency-key.js'
import { once, type OnceRules, type Worked } from '../idempotency/once.js'
import type { Head } from '../ingress/head.js'
import type { Limits, Watch, WholeTaker } from '../ingress/place.js'
import { problem, unavailable } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'
import { RepeatedHeader } from '../verify/repeated-header.js'
import { preferred } from './accepts.js'
import type { CallableFlow } from './callable-flow.js'
import type { Cors } from './cors.js'
import type { DecodeRequest } from './decode-request.js'
import type { Door } from './door.js'
import type { EndpointRequest } from './endpoint-request.js'
import type { Ending } from './failure-answers.js'
import { failureReply, type AnswerTable } from './failure-reply.js'
import { patience, type Patience } from './patience.js'
import { JSON_TYPE, successReply, unlessKnown, type SuccessRules } from './success-reply.js'

/** An endpoint, checked. */
export interface EndpointRules {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly door: Door
  readonly decode: DecodeRequest
  readonly input: ((request: never) => unknown) | undefined
  readonly flow: CallableFlow<never, unknown, Ending>
  readonly table: AnswerTable
  readonly success: SuccessRules
  readonly once: OnceRules | undefined
  readonly keyed: {
    readonly required: boolean
    readonly form: 'quoted' | 'bare' | 'either'
    readonly scope: (request: never) => string
  }
  readonly cors: Cors | undefined
  readonly timeoutMs: number
  readonly concurrency: number
  readonly limits: Limits | undefined
}

const FULL_RETRY_AFTER = 1
const FAILED_RETRY_AFTER = 5

/** An endpoint at work: takes requests, and answers each within its time. */
export class Serving implements WholeTaker {
  readonly as = 'whole'
  readonly clock: Clock
  readonly log: Logger
  readonly name: string
  readonly limits?: Limits
  readonly said: Set<string> = new Set()
  readonly #rules: EndpointRules
  readonly #types: readonly string[]
  readonly #ids: Ids
  /** Calls that have not ended, whether their callers still wait or not. */
  #running = 0

  constructor(rules: EndpointRules, clock: Clock, log: Logger) {
    this.#rules = rules
    this.#types = [JSON_TYPE, ...Object.keys(rules.success.formats)]
    this.#ids = uuidv7(clock, systemRandom)
    this.clock = clock
    this.log = log
    this.name = rules.name
    if (rules.limits !== undefined) this.limits = rules.limits
  }

  /** Whether a body may be read now. */
  open(head: Head): this | Reply {
    return this.#running < this.#rules.concurrency ? this : this.#dressed(head, FULL)
  }

  async take(head: Head, raw: Buffer, watch: Watch): Promise<Reply> {
    if (this.#running >= this.#rules.concurrency) return this.#dressed(head, FULL)
    this.#running++
    const waits = patience(this.clock, this.#rules.timeoutMs, watch)
    const answered = this.#answer(head, raw, waits)
      .catch((thrown: unknown) => this.#threw(thrown))
      .finally(() => {
        this.#running--
        waits.end()
      })
    return this.#dressed(head, await Promise.race([answered, waits.over.then(() => this.#late())]))
  }

  async #answer(head: Head, raw: Buffer, waits: Patience): Promise<Reply> {
    const rules = this.#rules
    const entered = await rules.door(head, raw, this.clock.now(), waits.signal)
    if ('reply' in entered) {
      this.log.warn({ endpoint: this.name, reason: entered.reason }, 'a caller was not let in')
      return entered.reply
    }
    const type = preferred(acceptOf(head), this.#types)
    if (type === undefined) return problem(406, { with: { available: this.#types } })
    const key = this.#keyOf(head)
    if (typeof key === 'object') return key
    const decoded = await rules.decode(head, raw)
    if ('reply' in decoded) return decoded.reply
    const request: EndpointRequest = { ...decoded.request, caller: entered.caller }
    // Nobody waits for it any more.
    if (waits.signal.aborted) return GONE
    if (rules.once === undefined || key === undefined)
      return unlessKnown(head, (await this.#work(request, type, waits, undefined)).reply)
    return this.#once(rules.once, key, head, raw, request, type, waits)
  }

  /** The idempotency key of a request, if it has one; or the answer, when it ought to have one or has a bad one. */
  #keyOf(head: Head): string | undefined | Reply {
    const { once, keyed } = this.#rules
    if (once === undefined) return undefined
    const header = head.header('idempotency-key')
    if (header === undefined)
      return keyed.required ? problem(400, { detail: 'expected the header idempotency-key' }) : undefined
    return keyIn(header, keyed.form) ?? problem(400, { detail: EXPECTED_KEY[keyed.form] })
  }

  #once(
    rules: OnceRules,
    key: string,
    head: Head,
    raw: Buffer,
    request: EndpointRequest,
    type: string,
    waits: Patience,
  ): Promise<Reply> {
    const scope = this.#rules.keyed.scope(request as never)
    if (typeof scope !== 'string') throw new TypeError('idempotency scope: expected a text')
    const held = {
      key: hashOf(this.#rules.method, this.#rules.path, scope, key),
      print: hashOf(head.path, head.query, raw),
      by: this.#ids.next(),
    }
    const ports = { clock: this.clock, log: this.log, endpoint: this.name }
    return once(rules, ports, held, () => {
      // Its caller may come back for the answer.
      waits.goOn()
      return this.#work(request, type, waits, `idempotency-${held.key}`)
    })
  }

  /** Calls the flow, and makes an answer of what it gives. Never rejects. */
  async #work(
    request: EndpointRequest,
    type: string,
    waits: Patience,
    key: string | undefined,
  ): Promise<Worked> {
    const { input, flow, success } = this.#rules
    let done = false
    try {
      const left = Math.max(0, waits.deadline - this.clock.now())
      const options = {
        signal: waits.signal,
        deadline: `${left}ms` as Duration,
        ...(key !== undefined && { key }),
      }
      const begins = input === undefined ? request : input(request as never)
      const result: Result<Ending, unknown> = await flow.call(begins as never, options)
      if (result._tag === 'Left') return this.#failed(result.left)
      // Whatever becomes of the answer: a repeat must not do it again.
      done = true
      return { reply: await successReply(success, result.right, type, request), remember: true }
    } catch (thrown) {
      return { reply: this.#threw(thrown), remember: done }
    }
  }

  #failed(ending: Ending): Worked {
    let reply: Reply
    try {
      reply = failureReply(this.#rules.table, ending, this.clock.now())
    } catch (thrown) {
      reply = this.#threw(thrown)
    }
    const failure = ending._tag === 'Filtered' ? { _tag: 'Filtered' } : failureToJson(ending)
    const level = reply.status >= 500 ? 'warn' : 'debug'
    this.log[level]({ endpoint: this.name, status: reply.status, failure }, 'an endpoint answered a failure')
    return { reply, remember: lasts(reply.status, ending) }
  }

  #threw(thrown: unknown): Reply {
    if (thrown instanceof RepeatedHeader) return problem(400, { detail: thrown.message })
    this.log.error({ endpoint: this.name, error: failureToJson(thrown) }, 'an endpoint could not answer')
    return isFailure(thrown) && thrown.kind === 'transient'
      ? unavailable(FAILED_RETRY_AFTER, 'the request could not be checked')
      : problem(500)
  }

  #late(): Reply {
    this.log.warn({ endpoint: this.name, status: 504 }, 'an endpoint did not answer in time')
    return problem(504)
  }

  #dressed(head: Head, reply: Reply): Reply {
    const { cors } = this.#rules
    const headers = { 'cache-control': 'no-store', ...reply.headers }
    return cors === undefined ? { ...reply, headers } : cors.on(head, { ...reply, headers })
  }
}

const FULL = unavailable(FULL_RETRY_AFTER, 'too many calls at a time')
/** Written to nobody. */
const GONE = problem(503)

const EXPECTED_KEY: Readonly<Record<'quoted' | 'bare' | 'either', string>> = {
  quoted: 'idempotency-key: expected a text of 1 to 255 characters in double quotes',
  bare: 'idempotency-key: expected 1 to 255 characters without quotes, commas and spaces',
  either: 'idempotency-key: expected a text of 1 to 255 characters',
}

/** Answers that say that another time may be better. */
const FOR_NOW: ReadonlySet<number> = new Set([408, 423, 425, 429])

/**
 * Whether repeats get this answer too. Not what may go better another time; but what may have taken effect, nobody knows, is not
 * done again under the same key.
 */
const lasts = (status: number, { _tag }: Ending): boolean =>
  _tag === 'OutcomeUnknown' || (status < 500 && !FOR_NOW.has(status))

const acceptOf = (head: Head): string | undefined => {
  const values = head.headers('accept')
  return values.length === 0 ? undefined : values.join(', ')
}
