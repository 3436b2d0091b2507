import type { Dispatcher, Pool } from 'undici'
import type {
  AnswerHandler,
  BackendTransport,
  Connections,
  Outgoing,
  Sending,
  WireTrouble,
} from './transport.js'

/**
 * Talks to backends by undici (an optional peer, loaded at the first request): about half the work for each request of
 * Node's own client.
 *
 * @example
 * gateway({ transport: undiciBackends(), backends: { … }, routes: [ … ] })
 */
export const undiciBackends = (): BackendTransport => ({
  open(origin, { connections, connectMs, keepAliveMs, network }) {
    let pool: Pool | undefined
    let loading: Promise<Pool> | undefined
    let closed = false
    const load = async (): Promise<Pool> => {
      const { Pool } = await import('undici').catch(() => {
        throw new TypeError('undiciBackends: undici is not installed; add it to the dependencies')
      })
      pool = new Pool(`${origin.secure ? 'https' : 'http'}://${origin.host}`, {
        connections,
        pipelining: 1,
        connect: network === undefined ? { timeout: connectMs } : (network.connect as never),
        keepAliveTimeout: keepAliveMs,
        headersTimeout: 0,
        bodyTimeout: 0,
      })
      if (closed) void pool.destroy()
      return pool
    }
    return {
      send: (outgoing, handler) => new UndiciSending(pool ?? (loading ??= load()), outgoing, handler),
      close() {
        closed = true
        void pool?.destroy()
      },
    } satisfies Connections
  },
})

class UndiciSending implements Sending, Dispatcher.DispatchHandler {
  readonly #outgoing: Outgoing
  readonly #handler: AnswerHandler
  #controller: Dispatcher.DispatchController | undefined
  #over = false

  constructor(pool: Pool | Promise<Pool>, outgoing: Outgoing, handler: AnswerHandler) {
    this.#outgoing = outgoing
    this.#handler = handler
    if (pool instanceof Promise)
      pool.then(
        (p) => this.#dispatch(p),
        () => this.#fail('refused'),
      )
    else this.#dispatch(pool)
  }

  resume(): void {
    this.#controller?.resume()
  }

  abort(): void {
    this.#over = true
    this.#controller?.abort(ABORTED)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#over) controller.abort(ABORTED)
  }

  onBodySent(): void {
    if (!this.#over) this.#handler.sent()
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (this.#over || status < 200) return
    const list: string[] = []
    for (const name in headers) {
      const value = headers[name]!
      if (typeof value === 'string') list.push(name, value)
      else for (const one of value) list.push(name, one)
    }
    this.#handler.head(status, list)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (!this.#over && !this.#handler.data(chunk)) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#over) return
    this.#over = true
    this.#handler.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(troubleOf((error as NodeJS.ErrnoException).code))
  }

  #dispatch(pool: Pool): void {
    if (this.#over) return
    const { method, path, headers, body } = this.#outgoing
    body?.on('error', () => {
      this.#fail('cut')
      this.#controller?.abort(ABORTED)
    })
    try {
      pool.dispatch({ method, path, headers: headers as string[], body: body ?? null }, this)
    } catch {
      this.#fail('refused')
    }
  }

  #fail(trouble: WireTrouble): void {
    if (this.#over) return
    this.#over = true
    this.#handler.fail(trouble)
  }
}

const ABORTED: Error = Object.freeze(new Error('aborted'))

const troubleOf = (code: string | undefined): WireTrouble => {
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'timed-out'
  return /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_TLS_|CERT_|UNABLE_TO_|SELF_|DEPTH_|UND_ERR_INVALID)/.test(
    code ?? '',
  )
    ? 'refused'
    : 'lost'
}
