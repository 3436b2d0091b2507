import { connect, type Socket } from 'node:net'
import { messageEnd } from '../../../bench/src/load/message-end.ts'
import { monotonic } from './monotonic.ts'

/** What came back of a request: its status, and whether it said when to come again. */
export interface Answered {
  readonly status: number
  readonly retryAfter: boolean
}

const RETRY_AFTER = /\r\nretry-after: *\d+\r\n/i
/** A server ends a connection that was idle for long, perhaps just when it is used again: it is left before that. */
const IDLE_MS = 20_000
const CLOSE = /\r\nconnection: *close\r\n/i

/** A kept connection to a server, for one request after the other; connected anew when it broke. Plain sockets take little. */
export class Connection {
  readonly #port: number
  #socket: Socket | undefined
  #rest: Buffer = Buffer.alloc(0)
  #used = 0
  #answered: ((answer: Answered | undefined) => void) | undefined

  constructor(port: number) {
    this.#port = port
  }

  /** `then` gets the answer when all of it has come, or nothing when the connection broke. */
  send(request: Buffer, then: (answer: Answered | undefined) => void): void {
    const now = monotonic()
    if (now - this.#used > IDLE_MS) this.#leave()
    this.#used = now
    this.#answered = then
    this.#socket ??= this.#connect()
    this.#socket.write(request)
  }

  close(): void {
    this.#socket?.destroy()
  }

  #leave(): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.end()
  }

  #connect(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    this.#rest = Buffer.alloc(0)
    socket.on('data', (piece: Buffer) => this.#take(piece))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      this.#settle(undefined)
    })
    return socket
  }

  #take(piece: Buffer): void {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    const end = messageEnd(this.#rest)
    if (end === undefined) return
    const message = this.#rest.subarray(0, end).toString('latin1')
    this.#rest = this.#rest.subarray(end)
    if (CLOSE.test(message)) this.#leave()
    this.#settle({ status: Number(message.slice(9, 12)), retryAfter: RETRY_AFTER.test(message) })
  }

  #settle(answer: Answered | undefined): void {
    const answered = this.#answered
    this.#answered = undefined
    answered?.(answer)
  }
}
