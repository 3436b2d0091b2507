import type { Json } from '../../message/json.js'
import { seededRandom, type Random } from '../../ports/random.js'
import type { Accepted, Intake } from '../../source/source.js'
import type { FaultKind, Struck } from './fault.js'
import type { Acknowledgement, Sent } from './ledger.js'
import { MARK, type Life, type Stage } from './process.js'
import type { SimulatedSend } from './world.js'

/** A message of the script. */
export interface Scripted {
  readonly n: number
  readonly flow: string
  readonly raw: Json
  /** JSON text of `raw`. */
  readonly text: string
  readonly at: number
  readonly options: SimulatedSend
}

/** Where a process can be reached now. */
export interface Door {
  readonly life: Life
  readonly intake: Intake
}

/** What a sender works with. `door`: a process that is up, by chance; none: all are down. */
export interface SenderStage extends Stage {
  door(flow: string): Door | undefined
}

const CAN: readonly FaultKind[] = ['refuse', 'lost', 'again']

/** Waits between two tries: virtual milliseconds, doubling. */
const FIRST_WAIT = 200
const LONGEST_WAIT = 20_000

/** A webhook's sender: sends one message until it has an answer. */
export class Sender implements Sent {
  readonly n: number
  readonly flow: string
  readonly raw: Json
  readonly heard: Acknowledgement[] = []
  readonly #stage: SenderStage
  readonly #m: Scripted
  readonly #random: Random
  #tries = 0
  #stopWaiting: () => void = () => {}
  #over = false

  constructor(stage: SenderStage, m: Scripted, seed: number) {
    this.n = m.n
    this.flow = m.flow
    this.raw = m.raw
    this.#stage = stage
    this.#m = m
    this.#random = seededRandom(seed)
  }

  get over(): boolean {
    return this.#over
  }

  start(): void {
    this.#in(this.#m.at, () => this.#try())
  }

  // Not a sleep of the clock: nobody's hop waits on it.
  #in(ms: number, f: () => void): void {
    this.#stage.engine.timer(undefined, ms, f, false)
  }

  #again(): void {
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(this.#tries, 10))
    this.#in(wait * (0.5 + this.#random.next() / 2), () => this.#try())
  }

  #try(): void {
    this.#tries++
    const { engine, plan } = this.#stage
    const struck = plan.at('sender', `send ${this.n}`, 'before', CAN)
    const door = this.#stage.door(this.#m.flow)
    this.#say(`#${this.n} ${this.#m.flow}`, this.#m.raw)
    if (struck !== undefined) this.#say(`${MARK} #${this.n} ${SAID[struck.kind] ?? struck.kind}`)
    if (door === undefined || struck?.kind === 'refuse') return engine.ready(undefined, () => this.#again())
    this.#stopWaiting = door.life.whenGone(() => this.#lost())
    door.life.later(() => this.#arrive(door, struck))
  }

  #lost(): void {
    this.#stage.engine.ready(undefined, () => {
      this.#say(`#${this.n} has no answer`)
      this.#again()
    })
  }

  #arrive({ life, intake }: Door, struck: Struck | undefined): void {
    if (life.stopping || intake.load() !== undefined) return this.#refused('503')
    const { dedupe, headers, type, undecodable } = this.#m.options
    const taken = intake.accept([
      {
        raw: JSON.parse(this.#m.text) as Json,
        text: this.#m.text,
        type: type ?? 'simulated',
        undecodable: undecodable ?? 'dead-letter',
        ...(dedupe !== undefined && { dedupe }),
        ...(headers !== undefined && { headers }),
      },
    ])
    taken.then(
      ([answer]) => {
        if (life.dead) return
        if (struck?.kind === 'lost') {
          this.#stopWaiting()
          return this.#lost()
        }
        this.#answered(answer!, struck?.kind === 'again')
      },
      () => {
        if (!life.dead) this.#refused('503')
      },
    )
  }

  #refused(with_: string): void {
    this.#stopWaiting()
    this.#stage.engine.ready(undefined, () => {
      this.#say(`#${this.n} ← ${with_}`)
      this.#again()
    })
  }

  #answered(answer: Accepted, again: boolean): void {
    this.#stopWaiting()
    const { engine } = this.#stage
    engine.ready(undefined, () => {
      const id = answer.as === 'refused' ? '' : answer.id
      this.heard.push({ as: answer.as, id, at: engine.now })
      this.#say(`#${this.n} ← ${answer.as}`, id)
      if (again) return this.#again()
      this.#over = true
    })
  }

  #say(what: string, about?: unknown): void {
    this.#stage.story.add(this.#stage.engine.now, 'sender', what, about)
  }
}

const SAID: Partial<Record<FaultKind, string>> = {
  refuse: 'NEVER ARRIVES',
  lost: 'the ANSWER IS LOST',
  again: 'is sent AGAIN when answered',
}
