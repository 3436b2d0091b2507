import { failureRecord } from '../failure/failure-record.js'
import type { Definition } from '../flow/op.js'
import { FlowBuilder } from '../flow/builder.js'
import { memoryJournal } from '../journal/memory.js'
import type { NewEntry, Settlement } from '../ports/journal.js'
import type { Deployable } from '../route/deployable.js'
import { rootOf } from '../runtime/envelope.js'
import type { Runtime } from '../runtime/runtime.js'
import { testFlow, type FlowTest } from '../testing/test-flow.js'
import type { End } from './end.js'
import type { Given } from './entry.js'
import { Stage, type StageOptions } from './stage.js'
import { starting } from './starting.js'
import { Story } from './story.js'
import type { Version } from './version.js'
import { WatchedJournal } from './watched-journal.js'

/** What a world is made by. */
export interface WorldOptions extends StageOptions {
  readonly config: Readonly<Record<string, string>>
  /** Epoch milliseconds at which all messages come. */
  readonly now: number
}

const ENDS: ReadonlySet<string> = new Set(['filtered', 'discarded', 'diverted', 'superseded'])

/**
 * Plays messages through one version, all at one moment: the real runtime on a virtual clock and an empty journal in memory.
 * Gives what came of each, in order.
 */
export const play = async (
  version: Version,
  given: readonly Given[],
  options: WorldOptions,
): Promise<readonly Story[]> => {
  const world = new World(version, options)
  return world.play(given)
}

class World {
  readonly #version: Version
  readonly #o: WorldOptions
  readonly #stage: Stage
  /** By root: the messages that were given, and those that they became in other flows, and their alerts. */
  readonly #stories = new Map<string, Story>()
  #journal: WatchedJournal | undefined

  constructor(version: Version, options: WorldOptions) {
    this.#version = version
    this.#o = options
    this.#stage = new Stage(options, (root) => this.#stories.get(root))
  }

  async play(given: readonly Given[]): Promise<readonly Story[]> {
    const stories = given.map((g) => {
      const story = new Story(g.root, g.hop === undefined ? g.id : rootOf(g.id))
      this.#stories.set(g.root, story)
      return story
    })
    await using test = this.#test()
    this.#listen(test.runtime)
    await test.settle()
    await this.#put(given)
    await test.settle()
    await this.#waiting()
    return stories
  }

  #test(): FlowTest {
    const { definition, flows, source } = this.#version
    const played = (d: Definition): Deployable =>
      new FlowBuilder(this.#stage.played(d)) as unknown as Deployable
    return testFlow(played({ ...definition, source }), {
      flows: flows.map(played),
      start: this.#o.now,
      config: this.#o.config,
      journal: (clock) => (this.#journal = new WatchedJournal(memoryJournal({ clock }), this)),
      runtime: {
        rehearsal: this.#stage,
        alertStep: (target) => this.#stage.alert(target),
        maxPending: Number.MAX_SAFE_INTEGER,
        lease: '1000d',
        drift: false,
      },
    })
  }

  async #put(given: readonly Given[]): Promise<void> {
    const entries: NewEntry[] = []
    for (const g of given) {
      const entry = await starting(this.#version, g, this.#o.now)
      if (entry !== undefined) entries.push(entry)
      else this.#end(g.root, { as: 'orphan', hop: g.hop! })
    }
    const taken = await this.#journal!.put(entries)
    taken.forEach(({ as }, i) => {
      const { id, hop, dead } = entries[i]!
      if (as === 'dead') this.#end(id, { as, hop, ...told(failureRecord(dead)) })
      else if (as !== 'accepted') this.#end(id, { as, hop })
    })
  }

  #listen(runtime: Runtime): void {
    runtime.events.on('done', ({ id, hop, why }) => {
      if (ENDS.has(why)) this.#end(id, { as: why as End['as'], hop })
    })
    runtime.events.on('dead', ({ id, hop, error }) => this.#end(id, { as: 'dead', hop, ...told(error) }))
  }

  /** Whatever an entry emits is of its message. */
  settling({ lease, emit = [] }: Settlement): void {
    const story = this.#stories.get(rootOf(lease.id))
    if (story === undefined) return
    for (const { id } of emit) if (!this.#stories.has(rootOf(id))) this.#stories.set(rootOf(id), story)
  }
  /** A verdict with an alert counts it, whether or not it is the one of its group that is delivered. */
  settled({ lease, state = [] }: Settlement): void {
    const root = rootOf(lease.id)
    for (const { name } of state) {
      if (!name.startsWith('alert:')) continue
      const target = [...this.#stage.alerts].find((t) => name.endsWith(`:${t}`))
      if (target === undefined) continue
      const tag = name
        .slice(0, -target.length - 1)
        .split(':')
        .at(-1)!
      const call = { target: `alert ${target}`, hop: '', effect: 'alert', key: lease.id } as const
      this.#stories.get(root)?.call(call, { tag }, root)
    }
  }

  /** What neither came to an end nor is held. */
  async #waiting(): Promise<void> {
    const found = await this.#journal!.admin.find({ state: 'waiting', limit: 1_000_000 })
    for (const { id, hop } of found)
      if (this.#stories.get(rootOf(id))?.isHeld(id) === false) this.#end(id, { as: 'waiting', hop })
  }

  #end(id: string, end: End): void {
    this.#stories.get(rootOf(id))?.ends.push(end)
  }
}

const told = ({
  _tag,
  message,
}: {
  readonly _tag: string
  readonly message: string
}): Pick<End, 'tag' | 'message'> => ({ tag: _tag, message })
