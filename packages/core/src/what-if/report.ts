import type { MessageDifference } from './difference.js'
import { Groups, type DifferenceGroup } from './groups.js'
import type { Need } from './need.js'
import { reportText } from './report-text.js'

/** What would be different. `before` is what the flow makes of the messages, `after` what the other version does. */
export interface WhatIfReport {
  /** The name of the flow. */
  readonly flow: string
  /** How many were run. In = same + different + incomplete. */
  readonly messages: number
  readonly same: number
  readonly different: number
  /** Stopped where something has to be told: see `needs`. */
  readonly incomplete: number
  /** Entries that were not run, by reason. */
  readonly skipped: Readonly<Record<string, number>>
  readonly calls: {
    readonly same: number
    readonly changed: number
    readonly onlyBefore: number
    readonly onlyAfter: number
  }
  /** The first messages that are not the same, at most `keep`. */
  readonly differences: readonly MessageDifference[]
  /** All differences, gathered by kind and place, the most frequent first. */
  readonly groups: readonly DifferenceGroup[]
  /** What was not told, with how many messages stopped there, and the id of the first. */
  readonly needs: readonly (Need & { readonly messages: number; readonly example: string })[]
  /**
   * Targets inside patterns that were answered with nothing, in messages that then died: perhaps for want of a reply. By name, how
   * many messages.
   */
  readonly unanswered: Readonly<Record<string, number>>
  /** For people: what differs, as a test runner would print it. `groups`: how many of them, default 30. */
  text(options?: { readonly groups?: number }): string
}

/** Counts messages, keeps the first differences. */
export class Reporting {
  readonly #flow: string
  readonly #keep: number
  readonly #counts = { messages: 0, same: 0, different: 0, incomplete: 0 }
  readonly #calls = { same: 0, changed: 0, onlyBefore: 0, onlyAfter: 0 }
  readonly #skipped = new Map<string, number>()
  readonly #kept: MessageDifference[] = []
  readonly #groups = new Groups()
  readonly #needs = new Map<string, Need & { messages: number; readonly example: string }>()
  readonly #unanswered = new Map<string, number>()

  constructor(flow: string, keep: number) {
    this.#flow = flow
    this.#keep = keep
  }

  skip(why: string): void {
    count(this.#skipped, why)
  }

  add(m: MessageDifference): void {
    this.#counts.messages++
    this.#counts[m.as]++
    this.#calls.same += m.sameCalls
    for (const call of m.calls)
      this.#calls[call.as === 'changed' ? call.as : call.as === 'only before' ? 'onlyBefore' : 'onlyAfter']++
    if (m.as === 'same') return
    if (this.#kept.length < this.#keep) this.#kept.push(m)
    this.#groups.add(m)
    for (const need of m.needs) {
      const key = `${need.what}\n${need.name}`
      const known = this.#needs.get(key)
      if (known === undefined) this.#needs.set(key, { ...need, messages: 1, example: m.id })
      else known.messages++
    }
    for (const name of m.unanswered) count(this.#unanswered, name)
  }

  report(): WhatIfReport {
    const made = {
      flow: this.#flow,
      ...this.#counts,
      skipped: Object.fromEntries(this.#skipped),
      calls: { ...this.#calls },
      differences: [...this.#kept],
      groups: this.#groups.list(),
      needs: [...this.#needs.values()],
      unanswered: Object.fromEntries(this.#unanswered),
    }
    const more = this.#groups.more
    return { ...made, text: (o) => reportText(made, more, o?.groups ?? 30) }
  }
}

const count = (in_: Map<string, number>, key: string): void => void in_.set(key, (in_.get(key) ?? 0) + 1)
