import { Readable } from 'node:stream'
import { withoutAnswer } from '../client/exchange-of.js'
import type { Trace } from '../client/trace.js'
import type { Streaming, Wire } from '../client/wire.js'
import type { Exchange } from '../outcome/exchange.js'
import type { Carried } from '../transport/carrier.js'
import type { BodyLimits } from '../transport/decoded.js'
import { WholeAnswer } from '../transport/whole-answer.js'
import { answerHeaders } from './answer-headers.js'
import { dispatchCode, isRequestFault } from './dispatch-code.js'
import type { DispatchController, DispatchHandler } from './dispatching.js'

/** Follows one request through a dispatcher, and makes an exchange of what it is told. */
export class ExchangeHandler implements DispatchHandler {
  readonly #wire: Wire
  readonly #streamed: boolean
  readonly #trace: Trace
  readonly #limits: BodyLimits
  readonly #resolve: (end: Exchange | Streaming) => void
  readonly #reject: (fault: unknown) => void
  readonly #abort: () => void
  #controller: DispatchController | undefined
  #whole: WholeAnswer | undefined
  #stream: Readable | undefined
  #over = false

  constructor(
    { wire, streamed }: Carried,
    trace: Trace,
    limits: BodyLimits,
    resolve: (end: Exchange | Streaming) => void,
    reject: (fault: unknown) => void,
  ) {
    this.#wire = wire
    this.#streamed = streamed
    this.#trace = trace
    this.#limits = limits
    this.#resolve = resolve
    this.#reject = reject
    this.#abort = () => this.#aborted()
    wire.signal.addEventListener('abort', this.#abort, { once: true })
  }

  onRequestStart(controller: DispatchController): void {
    this.#controller = controller
    if (this.#over) {
      controller.abort(GIVEN_UP())
      return
    }
    this.#trace.watched = true
    this.#trace.connected = true
  }

  onResponseStart(
    controller: DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // Of 1xx, the answer is yet to come (RFC 9110, 15.2).
    if (status < 200 || this.#over) return
    const given = answerHeaders(headers)
    if (this.#streamed && status < 300) {
      this.#stream = streamOf(controller, () => this.#forget())
      this.#resolve({ as: 'streaming', status, headers: given, stream: this.#stream })
    } else this.#whole = new WholeAnswer(this.#wire.method, status, given, this.#limits)
  }

  onResponseData(controller: DispatchController, piece: Buffer): void {
    if (this.#stream !== undefined) {
      if (!this.#stream.push(piece)) controller.pause()
    } else if (this.#whole?.take(piece) === false) {
      this.#done(this.#whole.tooLarge())
      controller.abort(GIVEN_UP())
    }
  }

  onResponseEnd(): void {
    if (this.#stream !== undefined) this.#stream.push(null)
    else if (this.#whole !== undefined && !this.#over) {
      const end = this.#whole.end()
      if (end instanceof Promise) void end.then((exchange) => this.#done(exchange), this.#reject)
      else this.#done(end)
    }
  }

  onResponseError(_: DispatchController, error: Error): void {
    if (this.#stream !== undefined) this.#stream.destroy(withCode(dispatchCode(error)))
    else if (this.#over) return
    else if (this.#whole !== undefined) this.#done(this.#whole.cut(dispatchCode(error)))
    else if (!this.#trace.connected && isRequestFault(error)) this.fault(error)
    else this.#done(withoutAnswer(dispatchCode(error), this.#trace))
  }

  /** The request was not taken. */
  fault(fault: unknown): void {
    this.#forget()
    this.#reject(fault)
  }

  #aborted(): void {
    if (this.#stream !== undefined) {
      this.#stream.destroy()
      return
    }
    this.#done({ as: 'timed-out', sent: this.#trace.maybeSent })
    // Without one it waits for a connection yet, and is given up when it gets one.
    this.#controller?.abort(GIVEN_UP())
  }

  #done(end: Exchange): void {
    this.#over = true
    this.#forget()
    this.#resolve(end)
  }

  #forget(): void {
    this.#wire.signal.removeEventListener('abort', this.#abort)
  }
}

const streamOf = (controller: DispatchController, closed: () => void): Readable => {
  const stream: Readable = new Readable({
    read: () => controller.resume(),
    destroy(error, done) {
      closed()
      if (!stream.readableEnded) controller.abort(error ?? GIVEN_UP())
      done(error)
    },
  })
  // Its reader may come later than its fault.
  stream.on('error', () => {})
  return stream
}

const GIVEN_UP = (): Error => withCode('UND_ERR_ABORTED')

const withCode = (code: string): Error => Object.assign(new Error(code), { code })
