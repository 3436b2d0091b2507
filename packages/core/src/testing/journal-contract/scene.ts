import type { HopRef, Opened } from '../../ports/journal.js'
import type { ContractCase, JournalMaker, JournalUnderTest } from './contract.js'
import { contractHops, Hand } from './hand.js'
import { manualClock, type ManualClock } from './manual-clock.js'

/** One case's journal: open, in the case's hand, and able to be stopped and killed. */
export class Scene extends Hand {
  readonly #under: JournalUnderTest

  constructor(under: JournalUnderTest, clock: ManualClock) {
    super(under.journal, clock)
    this.#under = under
  }

  async open(hops: readonly HopRef[] = contractHops): Promise<Opened> {
    return this.journal.open(hops)
  }

  /** Closes the journal and opens it again. */
  async restart(hops?: readonly HopRef[]): Promise<Opened> {
    this.journal = await this.#under.restart()
    return this.open(hops)
  }

  /** Kills the journal's process and opens what it left. */
  async crash(hops?: readonly HopRef[]): Promise<Opened> {
    this.journal = await this.#under.crash()
    return this.open(hops)
  }

  /** Closes the journal, and leaves it so: the new one is not opened. */
  async restartUnopened(): Promise<void> {
    this.journal = await this.#under.restart()
  }
}

/** Makes a case of a sentence. The law of accounting is checked after each. */
export type Sentence = (name: string, body: (scene: Scene) => Promise<void>) => ContractCase

const within = async (
  maker: JournalMaker,
  body: (scene: Scene) => Promise<void>,
  opened: boolean,
): Promise<void> => {
  const clock = manualClock()
  const under = await maker.fresh({ clock })
  try {
    const scene = new Scene(under, clock)
    if (opened) await scene.open()
    await body(scene)
    if (opened) await scene.lawful()
  } finally {
    await under.dispose()
  }
}

/** Cases on a journal that is open at the start and at the end. */
export const opened =
  (maker: JournalMaker): Sentence =>
  (name, body) => ({ name, run: () => within(maker, body, true) })

/** Cases that open the journal by themselves, if at all. */
export const unopened =
  (maker: JournalMaker): Sentence =>
  (name, body) => ({ name, run: () => within(maker, body, false) })
