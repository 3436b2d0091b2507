import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { Clock } from '@xconnector/core'
import { writeReply } from '../../ingress/node-reply.js'
import type { Reply } from '../../ingress/reply.js'
import type { Front } from './front.js'
import type { HeaderList } from './header-list.js'

/** A front over Node's request and response. */
export class NodeFront implements Front {
  readonly method: string
  readonly target: string
  readonly headers: HeaderList
  started = false
  replied = false
  gone = false
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #clock: Clock
  readonly #maxBytes: number
  #onGone: (() => void) | undefined
  #onReady: (() => void) | undefined

  constructor(request: IncomingMessage, response: ServerResponse, clock: Clock, maxBytes: number) {
    this.#request = request
    this.#response = response
    this.#clock = clock
    this.#maxBytes = maxBytes
    this.method = request.method ?? ''
    // Express cuts its mount path off `url`.
    this.target = (request as { originalUrl?: string }).originalUrl ?? request.url ?? ''
    this.headers = request.rawHeaders
  }

  get address(): string | undefined {
    return this.#request.socket.remoteAddress
  }

  get secure(): boolean {
    return (this.#request.socket as { encrypted?: boolean }).encrypted === true
  }

  get version(): string {
    return this.#request.httpVersion
  }

  body(): Readable | undefined {
    const { headers } = this.#request
    if (headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0')
      return undefined
    return this.#request
  }

  onGone(f: () => void): void {
    if (this.#onGone === undefined)
      this.#response.on('close', () => {
        if (this.#response.writableFinished) return
        this.gone = true
        this.#onGone!()
      })
    this.#onGone = f
  }

  onReady(f: () => void): void {
    if (this.#onReady === undefined) this.#response.on('drain', () => this.#onReady!())
    this.#onReady = f
  }

  head(status: number, headers: string[]): void {
    this.started = true
    if (!this.#response.destroyed) this.#response.writeHead(status, headers)
  }

  write(chunk: Uint8Array): boolean {
    return this.#response.destroyed || this.#response.write(chunk)
  }

  end(last?: Uint8Array): void {
    if (!this.#response.destroyed) this.#response.end(last)
  }

  abort(): void {
    this.#response.destroy()
  }

  reply(reply: Reply): void {
    this.started = true
    this.replied = true
    const bare = this.method === 'HEAD' ? { ...reply, body: '' } : reply
    writeReply(this.#request, this.#response, bare, this.#clock, this.#maxBytes)
  }
}
