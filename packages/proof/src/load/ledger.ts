import { kindOf, wantedBy } from './kinds.ts'
import { ENDED, RECEIVED_ROW, SENT_ROW, type Pushed } from './pushed.ts'
import { TimedValues } from './timed-values.ts'

interface Entry {
  due: number
  /** Undefined: not known yet. */
  status: number | undefined
  got: number
}

/** How messages of some time ended at the sender. */
export interface Endings {
  readonly accepted: number
  readonly refused: number
  /** Refused without a word on when to come again. */
  readonly rude: number
  readonly unanswered: number
  readonly unsent: number
  /** Answered in any other way. */
  readonly other: number
}

const NONE: Endings = { accepted: 0, refused: 0, rude: 0, unanswered: 0, unsent: 0, other: 0 }

/** What became of every message of a run, from what the sender and the receivers tell. Times are monotonic milliseconds. */
export class Ledger {
  readonly #entries = new Map<number, Entry>()
  /** From when a message was due until a receiver had it, at that time: milliseconds. */
  readonly deliveries: TimedValues = new TimedValues()
  /** From when a message was due until its 202, at that time. */
  readonly acknowledgements: TimedValues = new TimedValues()
  readonly #completions = new TimedValues()
  #endings: Endings = NONE
  #accepted = 0
  #complete = 0
  #repeats = 0
  #strange = 0
  #early = new Map<number, [bit: number, at: number][]>()

  /** Takes in what a member says. Gives how many messages are complete that were not. */
  hear(pushed: Pushed): number {
    const before = this.#complete
    const { rows } = pushed
    if (pushed.as === 'sent')
      for (let i = 0; i < rows.length; i += SENT_ROW)
        this.#sent(rows[i]!, rows[i + 1]!, rows[i + 2]!, rows[i + 3]!)
    else
      for (let i = 0; i < rows.length; i += RECEIVED_ROW) this.#received(rows[i]!, rows[i + 1]!, rows[i + 2]!)
    return this.#complete - before
  }

  #sent(message: number, due: number, answered: number, status: number): void {
    this.#endings = counted(this.#endings, status)
    // What was never sent is of no more interest, and there may be a great many of them.
    if (status === ENDED.unsent || status === 503 || status === ENDED.withoutRetryAfter) return
    const entry: Entry = { due, status, got: 0 }
    this.#entries.set(message, entry)
    if (status === 202) {
      this.#accepted++
      this.acknowledgements.add(answered, answered - due)
    }
    for (const [bit, at] of this.#early.get(message) ?? []) this.#deliver(message, entry, bit, at)
    this.#early.delete(message)
  }

  #received(message: number, bit: number, at: number): void {
    const entry = this.#entries.get(message)
    if (entry !== undefined) return this.#deliver(message, entry, bit, at)
    // A delivery may be quicker than the news of the answer to its webhook.
    const early = this.#early.get(message)
    if (early === undefined) this.#early.set(message, [[bit, at]])
    else early.push([bit, at])
  }

  #deliver(message: number, entry: Entry, bit: number, at: number): void {
    const wanted = wantedBy(kindOf(message))
    if ((wanted & bit) === 0) this.#strange++
    else if ((entry.got & bit) !== 0) this.#repeats++
    else {
      entry.got |= bit
      this.deliveries.add(at, at - entry.due)
      if (entry.got !== wanted) return
      if (entry.status === 202) this.#complete++
      this.#completions.add(at, 1)
      // Its place in memory is worth more than what else could be told of it.
      this.#entries.set(message, DONE)
    }
  }

  /** How all messages that the sender has ended with have ended. */
  get endings(): Endings {
    return this.#endings
  }
  /** Messages that are delivered to all who must get them. */
  get complete(): number {
    return this.#complete
  }
  get accepted(): number {
    return this.#accepted
  }
  /** Deliveries of what had been delivered before. */
  get repeats(): number {
    return this.#repeats
  }
  /** Deliveries to somebody who should not get that, or of what nobody has sent. */
  get strange(): number {
    return this.#strange + this.#early.size
  }

  completionsBetween(from: number, to: number): number {
    return this.#completions.between(from, to).length
  }

  /** Messages that were answered with 202 and are not delivered to all who must get them. */
  missing(): readonly number[] {
    return [...this.#entries].flatMap(([message, { status, got }]) =>
      status === 202 && got !== wantedBy(kindOf(message)) && got !== ALL ? [message] : [],
    )
  }
}

const ALL = -1
const DONE: Entry = Object.freeze({ due: 0, status: 202, got: ALL })

const counted = (endings: Endings, status: number): Endings => {
  const what = endingOf(status)
  return { ...endings, [what]: endings[what] + 1 }
}

const endingOf = (status: number): keyof Endings => {
  if (status === 202) return 'accepted'
  if (status === 503) return 'refused'
  if (status === ENDED.withoutRetryAfter) return 'rude'
  if (status === ENDED.unanswered) return 'unanswered'
  return status === ENDED.unsent ? 'unsent' : 'other'
}
