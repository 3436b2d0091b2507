import type { Ledger } from './ledger.ts'
import { monotonic } from './monotonic.ts'
import type { ServiceSample } from './orders.ts'
import { quantile } from './quantile.ts'
import type { Phase, Seen } from './record.ts'

const MIB = 2 ** 20

/** Takes a sample every so often until it is ended. */
export class Sampling {
  readonly seen: Seen[] = []
  readonly start: number = monotonic()
  #phase: Phase = 'warm-up'
  readonly #ledger: Ledger
  readonly #sample: () => Promise<ServiceSample>
  readonly #tell: (seen: Seen) => void
  #last = this.start
  #deliveries: number
  #acknowledgements: number
  #endings: Ledger['endings']
  #timer: NodeJS.Timeout
  #under: Promise<void> = Promise.resolve()

  constructor(
    ledger: Ledger,
    everyMs: number,
    sample: () => Promise<ServiceSample>,
    tell: (seen: Seen) => void,
  ) {
    this.#ledger = ledger
    this.#sample = sample
    this.#tell = tell
    this.#deliveries = ledger.deliveries.size
    this.#acknowledgements = ledger.acknowledgements.size
    this.#endings = ledger.endings
    this.#timer = setInterval(() => {
      // A service that has died is told of by itself.
      this.#next().catch(() => this.stop())
    }, everyMs)
  }

  /** Another phase begins: what was seen so far belongs to the one before. */
  async begin(phase: Phase): Promise<void> {
    if (this.#phase !== phase) await this.#next()
    this.#phase = phase
  }

  /** Takes the last sample. */
  async end(): Promise<void> {
    this.stop()
    await this.#next()
  }

  /** Takes no more. */
  stop(): void {
    clearInterval(this.#timer)
  }

  #next(): Promise<void> {
    return (this.#under = this.#under.then(() => this.#once()))
  }

  async #once(): Promise<void> {
    const phase = this.#phase
    const { rss, heap, wal, file, cpuMs, ...sample } = await this.#sample()
    const now = monotonic()
    const seconds = (now - this.#last) / 1000
    const delivered = this.#ledger.deliveries.since(this.#deliveries)
    const acknowledged = this.#ledger.acknowledgements.since(this.#acknowledgements)
    const { endings } = this.#ledger
    const rate = (of: (all: Ledger['endings']) => number): number =>
      (of(endings) - of(this.#endings)) / seconds
    const seen: Seen = {
      at: (now - this.start) / 1000,
      phase,
      ...sample,
      rss: rss / MIB,
      heap: heap / MIB,
      wal: wal / MIB,
      file: file / MIB,
      cpu: cpuMs / 1000 / seconds,
      deliveredP50: quantile(delivered, 0.5),
      deliveredP99: quantile(delivered, 0.99),
      acceptedP50: quantile(acknowledged, 0.5),
      acceptedP99: quantile(acknowledged, 0.99),
      accepted: rate((all) => all.accepted),
      refused: rate((all) => all.refused + all.rude),
      unsent: rate((all) => all.unsent),
      delivered: delivered.length / seconds,
    }
    this.#last = now
    this.#deliveries += delivered.length
    this.#acknowledgements += acknowledged.length
    this.#endings = endings
    this.seen.push(seen)
    this.#tell(seen)
  }
}
