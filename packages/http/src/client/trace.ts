import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'

/** Watches one request on its way out: whether its connection ever stood. Before that, nothing can have been sent. */
export class Trace {
  /** Whether the request went through here at all. */
  watched = false
  connected = false
  #request: ClientRequest | undefined
  readonly #sure: boolean

  /** `sure`: every request goes through here. An adapter of the user's may send it some other way. */
  constructor(sure: boolean) {
    this.#sure = sure
  }

  /** Whether the remote may have got any of the request. */
  get maybeSent(): boolean {
    return this.connected || (!this.watched && !this.#sure)
  }

  /** Forgets the first attempt, before the second. */
  again(): void {
    this.watched = false
    this.connected = false
  }

  /** Closes the connection of a request that was answered before its body had been sent. */
  closeUnsent(): void {
    if (this.#request?.writableFinished === false) this.#request.destroy()
  }

  /** What axios calls in the place of `http.request`. Looked up at each call, since interceptors replace it. */
  request(options: RequestOptions, answer: (response: IncomingMessage) => void): ClientRequest {
    const secure = options.protocol === 'https:'
    const request = (secure ? https : http).request(options, answer)
    this.watched = true
    this.#request = request
    request.once('socket', (socket: Socket & { readonly secureConnecting?: boolean }) => {
      const connected = (): void => {
        this.connected = true
      }
      if (socket.connecting || socket.secureConnecting === true)
        socket.once(secure ? 'secureConnect' : 'connect', connected)
      // A kept connection may have died since it was chosen: then not a byte is written to it.
      else if (!socket.destroyed && socket.writable) connected()
    })
    return request
  }
}
