import type { Json } from '../message/json.js'
import type { DriftAlarm } from './alarm.js'
import { Alarms } from './alarms.js'
import type { Budget } from './budget.js'
import type { Expected } from './expected.js'
import { expectedBy } from './expected-by-codec.js'
import { Field } from './field.js'
import { mergeFields, type Room } from './merge-fields.js'
import type { CheckedDrift } from './options.js'
import { observe } from './profile.js'
import { readField, storedField } from './stored-field.js'

/** Kinds of messages that are told apart, of one source. */
const TYPES = 64
const OTHER = '*'
/** Longer names of types are no names. */
const LONGEST = 200

/** Fields that are known of one source, of all kinds of messages. */
const FIELDS = 2000

/** A source, as far as it is watched. */
export interface WatchedSource {
  readonly name: string
  readonly shape?: { readonly decoder?: unknown; kind?(raw: never): string | undefined }
}

/** What is known of the messages of one source. */
export class SourceDrift {
  readonly #o: CheckedDrift
  readonly #source: WatchedSource
  readonly #expected: Expected
  readonly #types = new Map<string, Field>()
  readonly #alarms: Alarms
  #room: Room = { left: FIELDS }
  /** Something was learned since it was last stored. */
  dirty = false

  constructor(source: WatchedSource, options: CheckedDrift) {
    this.#o = options
    this.#source = source
    this.#expected = expectedBy(source.shape?.decoder)
    this.#alarms = new Alarms(source.name, options.forgetMs)
  }

  /** Looks at a message, if the budget allows it. Gives the alarms to tell. */
  saw(type: string, body: unknown, id: string, now: number, budget: Budget): readonly DriftAlarm[] {
    const [name, field] = this.#of(this.#source.shape?.kind?.(body as never) ?? type)
    // What is not known yet is worth a look whatever it costs.
    if (field === undefined || (field.present >= this.#o.learn && !budget.has(now))) return []
    this.dirty = true
    let told: DriftAlarm[] | undefined
    const steps = observe(field, body, this.#expected, this.#o, this.#room, (finding) => {
      if (this.#o.ignored(finding.path)) return
      const alarm = this.#alarms.add(finding, name, id, now)
      if (alarm !== undefined) (told ??= []).push(alarm)
    })
    budget.spend(steps)
    return told ?? []
  }

  list(now: number): readonly DriftAlarm[] {
    return this.#alarms.list(now)
  }

  /** Whether there is enough to be worth storing. */
  get known(): boolean {
    return [...this.#types.values()].some((f) => f.present >= 20)
  }

  stored(now: number): Json {
    const types = [...this.#types].map(([name, f]): [string, Json] => [name, storedField(f)])
    return { v: 1, types: Object.fromEntries(types), alarms: this.#alarms.stored(now) }
  }

  /** What another process, or an earlier start, knows. */
  merge(stored: Json | undefined): void {
    const s = stored as { readonly v?: unknown; readonly types?: object; readonly alarms?: Json } | undefined
    if (s?.v !== 1) return
    for (const [name, field] of Object.entries(s.types ?? {})) {
      const mine = this.#of(name)[1]
      if (mine !== undefined) mergeFields(mine, readField(field as Json), this.#room)
    }
    this.#alarms.merge(s.alarms)
  }

  #of(type: string): readonly [string, Field | undefined] {
    const room = type.length <= LONGEST && this.#types.size < TYPES
    const name = this.#types.has(type) || room ? type : OTHER
    let field = this.#types.get(name)
    if (field === undefined && this.#room.left > 0) {
      this.#room.left--
      this.#types.set(name, (field = new Field()))
    }
    return [name, field]
  }
}
