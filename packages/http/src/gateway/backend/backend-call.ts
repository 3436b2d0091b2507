import type { Leave, Seen } from '@xconnector/core'
import type { Credentials } from '../../auth/auth.js'
import { replaced, type HeaderList } from '../wire/header-list.js'
import type { Backend } from './backend.js'
import { seenIn } from './seen-in.js'
import type { AnswerHandler, Outgoing, Sending, WireTrouble } from './transport.js'
import type { Trouble } from './trouble.js'

/** What happens to a call of a backend. Nothing is called after `end` or `fail`, nor after `cancel`. */
export interface CallHandler {
  head(status: number, headers: HeaderList): void
  /** `false`: wait for `resume`. */
  data(chunk: Uint8Array): boolean
  end(): void
  fail(trouble: Trouble): void
}

const UNSENT: Seen = { as: 'unsent' }

/**
 * One call of a backend: waits for a slot, asks for credentials, sends, and keeps the time of each phase. What was lost on a
 * connection without any answer is sent once more where that does no harm; so is what was refused for old credentials.
 */
export class BackendCall implements AnswerHandler {
  readonly #backend: Backend
  readonly #request: Outgoing
  readonly #handler: CallHandler
  readonly #repeatable: boolean
  #leave: Leave | undefined
  #sending: Sending | undefined
  #cancelTimer: (() => void) | undefined
  #credentials: Credentials | undefined
  #waiting: AbortController | undefined
  #again = false
  #renewed = false
  #status = 0
  #retryAt: number | undefined
  #last = 0
  #paused = false
  #over = false

  constructor(backend: Backend, request: Outgoing, handler: CallHandler) {
    this.#backend = backend
    this.#request = request
    this.#handler = handler
    this.#repeatable = request.body === undefined && /^(?:GET|HEAD|OPTIONS)$/.test(request.method)
  }

  start(): void {
    const { gate, clock, limits } = this.#backend
    const until = gate.parkedUntil()
    if (until > 0) return this.#failed({ as: 'parked', retryAt: until })
    if (gate.free() > 0) return this.#entered(gate.enter(undefined, 'now'))
    if (this.#backend.waiting >= limits.queue) return this.#busy()
    this.#backend.waiting++
    const waiting = (this.#waiting = new AbortController())
    const cancel = clock.after(limits.queueMs, () => waiting.abort(), { background: true })
    const over = (): void => {
      this.#backend.waiting--
      this.#waiting = undefined
      cancel()
    }
    void Promise.resolve(gate.enter(waiting.signal, 'now')).then(
      (pass) => {
        over()
        this.#entered(pass)
      },
      () => {
        over()
        this.#busy()
      },
    )
  }

  /** The reader takes more. */
  resume(): void {
    this.#last = this.#backend.clock.now()
    this.#paused = false
    this.#sending?.resume()
  }

  /** Nobody wants the answer any more. */
  cancel(): void {
    if (this.#over) return
    this.#waiting?.abort()
    this.#close(this.#status === 0 ? UNSENT : this.#seen())
    this.#sending?.abort()
  }

  head(status: number, headers: HeaderList): void {
    if (this.#over) return
    if (status < 200) {
      // No status of an answer (RFC 9110, 15): it could not be passed on.
      this.#failed({ as: 'lost' })
      return this.#sending?.abort()
    }
    if (status === 401 && this.#mayRenew()) return this.#renew()
    const { clock } = this.#backend
    this.#status = status
    this.#last = clock.now()
    this.#retryAt = status === 503 ? this.#backend.retryAt(headers) : undefined
    this.#handler.head(status, headers)
  }

  data(chunk: Uint8Array): boolean {
    if (this.#over) return true
    this.#last = this.#backend.clock.now()
    const more = this.#handler.data(chunk)
    this.#paused = !more
    return more
  }

  sent(): void {
    this.#last = this.#backend.clock.now()
  }

  end(): void {
    if (this.#over) return
    this.#close(this.#seen())
    this.#handler.end()
  }

  fail(trouble: WireTrouble): void {
    if (this.#over) return
    if (trouble === 'lost' && this.#status === 0 && this.#repeatable && !this.#again) {
      this.#again = true
      if (this.#backend.gate.mayRepeat()) return this.#send()
    }
    this.#failed({ as: trouble })
  }

  #entered(pass: unknown): void {
    if (typeof pass === 'function') {
      this.#leave = pass as Leave
      if (this.#over) return (pass as Leave)(UNSENT)
      return this.#prepare()
    }
    const until = this.#backend.gate.parkedUntil()
    if (until > 0) this.#failed({ as: 'parked', retryAt: until })
    else this.#busy()
  }

  #busy(): void {
    this.#failed({ as: 'busy', retryAt: this.#backend.clock.now() + 1000 })
  }

  #prepare(): void {
    const { network, authCall, config } = this.#backend
    if (network === undefined) return this.#withCredentials()
    this.#arm()
    this.#asking(
      () => network.prepare({ ...authCall, config }),
      (missing) => (missing === undefined ? this.#withCredentials() : this.#failed({ as: 'refused' })),
    )
  }

  #withCredentials(): void {
    const { auth } = this.#backend
    if (auth === undefined) return this.#send()
    this.#arm()
    this.#asking(
      () => auth.credentials(this.#backend.config, this.#backend.authCall),
      (credentials) => {
        this.#credentials = credentials
        this.#send()
      },
    )
  }

  #mayRenew(): boolean {
    return this.#backend.auth?.renew !== undefined && this.#repeatable && !this.#renewed && !this.#again
  }

  #renew(): void {
    this.#renewed = true
    this.#again = true
    const refused = this.#sending
    refused?.abort()
    const { auth, config, authCall } = this.#backend
    this.#asking(
      () => auth!.renew!(this.#credentials!, config, authCall),
      (renewed) => (renewed ? this.#withCredentials() : this.#failed({ as: 'no-credentials' })),
    )
  }

  /** Asks an auth for something, which may throw, reject or take its time. */
  #asking<A>(ask: () => A | Promise<A>, then: (got: A) => void): void {
    const denied = (): void => this.#failed({ as: 'no-credentials' })
    const given = (got: A): void => {
      if (!this.#over) then(got)
    }
    try {
      const asked = ask()
      if (asked instanceof Promise) asked.then(given, denied)
      else given(asked)
    } catch {
      denied()
    }
  }

  #send(): void {
    const { auth } = this.#backend
    const request =
      this.#credentials === undefined ? this.#request : withCredentials(this.#request, this.#credentials)
    if (auth?.sign === undefined) return this.#put(request)
    const { config, authCall } = this.#backend
    this.#asking(
      () => auth.sign!(this.#backend.unsigned(request), config, authCall),
      (signed) => this.#put(withCredentials(request, signed)),
    )
  }

  #put(request: Outgoing): void {
    this.#arm()
    const { connections } = this.#backend
    try {
      this.#sending = connections.send(request, this)
    } catch {
      // Such as a header that Node does not send.
      this.#failed({ as: 'cut' })
    }
  }

  /** One timer for all phases: when it fires, it looks at how much of the present one is left. */
  #arm(): void {
    if (this.#cancelTimer !== undefined) return
    const { clock, limits } = this.#backend
    this.#last = clock.now()
    const check = (): void => {
      const limit = this.#status === 0 ? limits.answerMs : limits.idleMs
      const left = this.#last + limit - clock.now()
      if (left > 0) this.#cancelTimer = clock.after(left, check, { background: true })
      else {
        // A client that sends or takes nothing must not be held against the backend.
        this.#failed({ as: this.#paused || this.#isSending() ? 'cut' : 'timed-out' })
        this.#sending?.abort()
      }
    }
    this.#cancelTimer = clock.after(Math.min(limits.answerMs, limits.idleMs), check, { background: true })
  }

  #isSending(): boolean {
    const { body } = this.#request
    return this.#status === 0 && body !== undefined && !body.readableEnded
  }

  #seen(): Seen {
    return seenIn(this.#status, this.#retryAt)
  }

  #failed(trouble: Trouble): void {
    if (this.#over) return
    this.#close(
      trouble.as === 'timed-out' || trouble.as === 'lost' || trouble.as === 'refused' ? FAILED : UNSENT,
    )
    this.#handler.fail(trouble)
  }

  #close(seen: Seen): void {
    this.#over = true
    this.#cancelTimer?.()
    this.#leave?.(seen)
  }
}

const FAILED: Seen = { as: 'failed' }

const withCredentials = (request: Outgoing, { headers, query }: Credentials): Outgoing => ({
  ...request,
  headers: replaced(request.headers, headers),
  ...(query !== undefined && {
    path: `${request.path}${request.path.includes('?') ? '&' : '?'}${new URLSearchParams(query).toString()}`,
  }),
})
