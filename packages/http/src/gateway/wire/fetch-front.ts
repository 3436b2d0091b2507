import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import type { Reply } from '../../ingress/reply.js'
import type { Front } from './front.js'
import type { HeaderList } from './header-list.js'

const BODILESS: ReadonlySet<number> = new Set([204, 205, 304])

/** A front over a WHATWG request; its response is a promise that never rejects. */
export class FetchFront implements Front {
  readonly method: string
  readonly target: string
  readonly headers: HeaderList
  readonly address: undefined
  readonly secure: boolean
  readonly version = '1.1'
  started = false
  replied = false
  gone = false
  readonly response: Promise<Response>
  readonly #request: Request
  #answer!: (response: Response) => void
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #onGone: (() => void) | undefined
  #onReady: (() => void) | undefined
  #over = false

  constructor(request: Request) {
    this.#request = request
    this.response = new Promise((resolve) => {
      this.#answer = resolve
    })
    this.method = request.method
    const [, scheme = '', host = '', target = '/'] = /^(https?):\/\/([^/?#]*)([^#]*)/i.exec(request.url) ?? []
    this.target = target.startsWith('/') ? target : `/${target}`
    this.secure = scheme.toLowerCase() === 'https'
    const headers = [...request.headers].flat()
    if (!request.headers.has('host')) headers.unshift('host', host.replace(/^.*@/, ''))
    // A body of unknown length: how it is framed is between servers, and a WHATWG request does not say.
    if (request.body !== null && !request.headers.has('content-length'))
      headers.push('transfer-encoding', 'chunked')
    this.headers = headers
    if (request.signal.aborted) this.#left()
    request.signal.addEventListener('abort', () => this.#left(), { once: true })
  }

  body(): Readable | undefined {
    const { body } = this.#request
    return body === null ? undefined : Readable.fromWeb(body as NodeStream<Uint8Array>)
  }

  onGone(f: () => void): void {
    this.#onGone = f
  }

  onReady(f: () => void): void {
    this.#onReady = f
  }

  head(status: number, list: string[]): void {
    this.started = true
    const headers = new Headers()
    for (let i = 0; i < list.length; i += 2) headers.append(list[i]!, list[i + 1]!)
    if (this.method === 'HEAD' || BODILESS.has(status)) {
      this.#over = true
      return this.#answer(new Response(null, { status, headers }))
    }
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: () => this.#onReady?.(),
        cancel: () => this.#left(),
      },
      { highWaterMark: 64 * 1024, size: (chunk) => chunk?.byteLength ?? 0 },
    )
    // WHATWG responses know no status above 599.
    this.#answer(new Response(body, { status: status > 599 ? 502 : status, headers }))
  }

  write(chunk: Uint8Array): boolean {
    if (this.#over) return true
    this.#controller!.enqueue(chunk)
    return (this.#controller!.desiredSize ?? 0) > 0
  }

  end(last?: Uint8Array): void {
    if (this.#over) return
    this.#over = true
    if (last !== undefined && last.byteLength > 0) this.#controller!.enqueue(last)
    this.#controller!.close()
  }

  abort(): void {
    if (this.#over) return
    this.#over = true
    this.#controller?.error(new Error('the answer was broken off'))
  }

  reply({ status, headers, body }: Reply): void {
    this.started = true
    this.replied = true
    this.#over = true
    const bare = body.length === 0 || this.method === 'HEAD'
    this.#answer(new Response(bare ? null : (body as string), { status, headers }))
  }

  #left(): void {
    if (this.#over || this.gone) return
    this.#over = true
    this.gone = true
    // Nobody reads it; but nobody should wait for it either.
    if (!this.started) this.#answer(new Response(null, { status: 499 }))
    this.#onGone?.()
  }
}
