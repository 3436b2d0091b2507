import type { Json } from '../message/json.js'
import type { Call } from './call.js'
import type { End } from './end.js'
import type { Need } from './need.js'

/** What one version of a flow makes of one message. */
export class Story {
  readonly calls: Call[] = []
  readonly ends: End[] = []
  readonly needs: Need[] = []
  /** Targets that a pattern got no reply of, for none was given. */
  readonly unanswered: Set<string> = new Set()
  readonly #known = new Set<string>()
  readonly #held = new Set<string>()
  readonly #root: string
  readonly #shown: string

  /** `root`: the id that it has while it runs. `shown`: the one that it is told under. */
  constructor(root: string, shown: string) {
    this.#root = root
    this.#shown = shown
  }

  /** A call, once: an attempt that is made again makes it again. `root`: of the message that makes it. */
  call(call: Omit<Call, 'sends'>, sends: Json, root: string): void {
    const key = this.#named(call.key, root)
    const text = this.#named(JSON.stringify(sends) ?? 'null', root)
    const known = `${call.target}\n${key}\n${text}`
    if (this.#known.has(known)) return
    this.#known.add(known)
    this.calls.push({ ...call, key, sends: JSON.parse(text) as Json })
  }

  /** Entry `id` is held, until `need` is met. */
  need(need: Need, id: string): void {
    this.#held.add(id)
    const same = this.needs.some((n) => n.what === need.what && n.name === need.name && n.hop === need.hop)
    if (!same) this.needs.push(need)
  }

  isHeld(id: string): boolean {
    return this.#held.has(id)
  }

  // A message that it became in another flow has an id of chance: the same stands for it in both versions.
  #named(text: string, root: string): string {
    const own = text.replaceAll(this.#root, this.#shown)
    return root === this.#root ? own : own.replaceAll(root, `${this.#shown}~diverted`)
  }
}
