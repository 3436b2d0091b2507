import { Worker } from 'node:worker_threads'
import { type Clock, JournalUnavailable, type Random } from '@xconnector/core'
import type { Call, Opening, Settings, Start } from '../call.js'
import type { Birth, Request, Response } from '../thread/messages.js'
import type { Host } from './host.js'
import { packCall, unpackAnswer } from '../thread/wire.js'
import { answer, type Pending, unavailable } from './pending.js'
import { threadFile } from './thread-file.js'

/** The engine in a thread of its own: a slow disk stops nobody's event loop. */
export class ThreadHost implements Host {
  readonly #settings: Settings
  readonly #clock: Clock
  readonly #random: Random
  readonly #maxGroup: number
  readonly #file: () => URL
  #worker: Worker | undefined
  #dead: JournalUnavailable | undefined
  #tick: Pending[] = []
  readonly #sent: Pending[][] = []
  #opening:
    | { readonly resolve: (opening: Opening) => void; readonly reject: (why: JournalUnavailable) => void }
    | undefined
  #closing: { readonly resolve: () => void; readonly reject: (why: JournalUnavailable) => void } | undefined
  #ended: Promise<void> = Promise.resolve()

  constructor(
    settings: Settings,
    ports: { readonly clock: Clock; readonly random: Random },
    maxGroup: number,
    file: () => URL = threadFile,
  ) {
    this.#settings = settings
    this.#clock = ports.clock
    this.#random = ports.random
    this.#maxGroup = maxGroup
    this.#file = file
  }

  async open(start: Start): Promise<Opening> {
    const birth: Birth = {
      settings: this.#settings,
      start,
      maxGroup: this.#maxGroup,
      seed: this.#random.next(),
    }
    // Flags of the parent (loaders, inspectors) are none of the thread's business.
    const worker = new Worker(this.#file(), { workerData: birth, execArgv: [], name: 'xconnector journal' })
    this.#worker = worker
    this.#dead = undefined
    let fault: unknown
    this.#ended = new Promise((resolve) => {
      worker.on('exit', (code) => {
        this.#end(worker, fault ?? `exit code ${code}`)
        resolve()
      })
    })
    worker.on('error', (error) => (fault = error))
    worker.on('messageerror', (error) => (fault = error))
    worker.on('message', (response: Response) => this.#hear(response))
    return new Promise((resolve, reject) => (this.#opening = { resolve, reject }))
  }

  ask(call: Call): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#dead !== undefined) {
        reject(this.#dead)
        return
      }
      this.#tick.push({ call, resolve, reject })
      if (this.#tick.length === 1) this.#clock.soon(this.#post)
    })
  }

  readonly #post = (): void => {
    const tick = this.#tick
    this.#tick = []
    if (tick.length === 0 || this.#worker === undefined) return
    this.#worker.ref()
    try {
      this.#send({ calls: tick.map(({ call }) => packCall(call)), now: this.#clock.now() })
      this.#sent.push(tick)
    } catch {
      // Something in there cannot be cloned: only whoever sent that shall hear of it.
      for (const pending of tick) this.#postAlone(pending)
    }
    this.#rest()
  }

  #postAlone(pending: Pending): void {
    try {
      this.#send({ calls: [packCall(pending.call)], now: this.#clock.now() })
      this.#sent.push([pending])
    } catch (error) {
      const why = `The call cannot be given to the journal's thread (${String(error)}). Give it JSON values only.`
      pending.reject(new JournalUnavailable('failed', why, error))
    }
  }

  #send(request: Request): void {
    this.#worker?.postMessage(request)
  }

  #hear(response: Response): void {
    if ('answers' in response) {
      const group = this.#sent.shift() ?? []
      group.forEach((pending, at) => answer(pending, unpackAnswer(pending.call, response.answers[at]!)))
      this.#rest()
    } else if ('opening' in response) {
      this.#opening?.resolve(response.opening)
      this.#opening = undefined
      this.#rest()
    } else if ('refused' in response) {
      this.#opening?.reject(unavailable(response.refused))
      this.#opening = undefined
    } else if (response.closed === undefined) this.#closing?.resolve()
    else this.#closing?.reject(unavailable(response.closed))
  }

  // A journal in which nothing happens does not keep a process going.
  #rest(): void {
    if (this.#sent.length === 0 && this.#closing === undefined) this.#worker?.unref()
  }

  #end(worker: Worker, fault: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const what = fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault)
    const message = `The thread of the journal ${this.#settings.file} has ended (${what}). Open a new journal on the file.`
    const why = new JournalUnavailable('failed', message, fault)
    this.#dead = why
    this.#opening?.reject(why)
    this.#opening = undefined
    for (const pending of [...this.#sent.splice(0).flat(), ...this.#tick.splice(0)]) pending.reject(why)
    this.#closing?.reject(why)
  }

  async close(): Promise<void> {
    this.#post()
    const worker = this.#worker
    if (worker === undefined) return
    worker.ref()
    await new Promise<void>((resolve, reject) => {
      this.#closing = { resolve, reject }
      this.#send({ close: true, now: this.#clock.now() })
    })
    await this.#ended
  }

  async drop(): Promise<void> {
    await this.#worker?.terminate()
    await this.#ended
  }
}
