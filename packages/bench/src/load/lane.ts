import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { messageEnd } from './message-end.ts'

/** A kept connection to a server, for one request after the other. */
export class Lane {
  readonly #socket: Socket
  #rest: Buffer = Buffer.alloc(0)
  #answered: (status: number) => void = () => {}
  #failed: (error: Error) => void = () => {}

  static async open(port: number): Promise<Lane> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new Lane(socket)
  }

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (piece: Buffer) => this.#take(piece))
    socket.on('error', (error) => this.#failed(error))
    socket.on('close', () => this.#failed(new Error('the server closed a connection')))
  }

  /** Gives the status of the answer when all of it has come. */
  send(request: Buffer): Promise<number> {
    return new Promise((answered, failed) => {
      this.#answered = answered
      this.#failed = failed
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(piece: Buffer): void {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    const end = messageEnd(this.#rest)
    if (end === undefined) return
    const status = Number(this.#rest.toString('latin1', 9, 12))
    this.#rest = this.#rest.subarray(end)
    this.#answered(status)
  }
}
