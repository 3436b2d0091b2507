import type { Json } from '../message/json.js'
import { endName, type MessageDifference } from './difference.js'
import type { End } from './end.js'
import type { Change } from './json-changes.js'

/** Differences of one kind and place, over all messages. */
export interface DifferenceGroup {
  /** `ends`: how messages end. The others speak of calls of `target`. */
  readonly as: 'changed' | 'only before' | 'only after' | 'ends'
  readonly target?: string
  /** Of a change: where, with `[]` for any index. */
  readonly path?: string
  /** In how many messages. */
  readonly messages: number
  /** In the first of them; for all of them where `uniform`. Left out: there was nothing. */
  readonly before?: Json
  readonly after?: Json
  readonly uniform: boolean
  /** The id of the first. */
  readonly example: string
}

type Group = { -readonly [K in keyof DifferenceGroup]: DifferenceGroup[K] }

/** More groups than this are counted, and not told apart. */
const MOST = 1000

/** Gathers differences into groups. Bounded: what goes beyond is only counted. */
export class Groups {
  readonly #groups = new Map<string, Group>()
  /** Differences that found no room. */
  more = 0

  add(m: MessageDifference): void {
    // A message counts once in each group.
    const seen = new Set<string>()
    for (const call of m.calls) {
      if (call.as === 'changed') for (const c of call.changes) this.#change(call.before.target, c, m.id, seen)
      else {
        const { target, sends } = call.as === 'only before' ? call.before : call.after
        const side = call.as === 'only before' ? { before: sends } : { after: sends }
        this.#put({ as: call.as, target, ...side }, m.id, seen)
      }
    }
    if (m.ends === undefined) return
    const [before, after] = [endsText(m.ends.before), endsText(m.ends.after)]
    this.#put({ as: 'ends', before, after }, m.id, seen, `${before}\n${after}`)
  }

  /** The most frequent first. */
  list(): readonly DifferenceGroup[] {
    return [...this.#groups.values()].toSorted((a, b) => b.messages - a.messages)
  }

  #change(target: string, { path, before, after }: Change, id: string, seen: Set<string>): void {
    const anywhere = path.replaceAll(/\[\d+\]/g, '[]')
    const sides = { ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
    this.#put({ as: 'changed', target, path: anywhere, ...sides }, id, seen)
  }

  #put(
    about: Pick<Group, 'as' | 'target' | 'path' | 'before' | 'after'>,
    id: string,
    seen: Set<string>,
    more = '',
  ): void {
    const key = `${about.as}\n${about.target}\n${about.path}\n${more}`
    const known = this.#groups.get(key)
    if (known === undefined) {
      if (this.#groups.size >= MOST) this.more++
      else this.#groups.set(key, { ...about, messages: 1, uniform: true, example: id })
      seen.add(key)
      return
    }
    if (!seen.has(key)) known.messages++
    seen.add(key)
    known.uniform &&= isSame(known.before, about.before) && isSame(known.after, about.after)
  }
}

const isSame = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b)

/** How a message ends, in words. */
export const endsText = (ends: readonly End[]): string =>
  ends.length === 0 ? 'delivered' : ends.map(endName).toSorted().join(', ')
