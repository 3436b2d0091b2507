import {
  byKind,
  createDestination,
  createRuntime,
  flow,
  type Intake,
  type Journal,
  type JournalUnavailable,
  type Runtime,
  type RuntimeOptions,
  right,
  silentLogger,
  type Source,
  target,
} from '@xconnector/core'
import { onTestFinished } from 'vitest'

/** A running service that takes numbers with a text and sends them on. */
export interface Numbers {
  readonly runtime: Runtime
  readonly sent: number[]
  /** What happened to the journal, as told. */
  readonly troubles: string[]
  give(n: number, text?: string): Promise<unknown>
  load(): ReturnType<Intake['load']>
  /** Keeps calls waiting, or lets them go. */
  hold(yes: boolean): void
}

interface Item {
  readonly n: number
  readonly text: string
}

/** Starts a service on a journal. It ends with the test. */
export const numbers = async (journal: Journal, more: Partial<RuntimeOptions> = {}): Promise<Numbers> => {
  let intake: Intake | undefined
  let held: (() => void)[] | undefined
  const sent: number[] = []
  const troubles: string[] = []
  const source: Source<Item> = {
    name: 'numbers',
    single: false,
    decode: (raw) => right(raw as unknown as Item),
    start(i) {
      intake = i
      return { stop() {} }
    },
  }
  const put = target({
    name: 'put',
    destination: createDestination({ name: 'site', concurrency: 1000 }),
    effect: 'keyed',
    async call({ n }: Item) {
      if (held !== undefined) await new Promise<void>((resolve) => held?.push(resolve))
      sent.push(n)
      return { result: right(n), seen: { as: 'ok' } }
    },
  })
  const runtime = createRuntime({
    flows: [flow('f').from(source).to(put).otherwise(byKind())],
    journal,
    log: silentLogger,
    grace: '1s',
    ...more,
  })
  runtime.events.on('trouble', ({ error }) => troubles.push((error as unknown as JournalUnavailable).message))
  await runtime.start()
  const hold = (yes: boolean): void => {
    const waiting = held ?? []
    held = yes ? waiting : undefined
    if (!yes) for (const go of waiting) go()
  }
  onTestFinished(async () => {
    hold(false)
    await runtime.stop().catch(() => {})
  })
  return {
    runtime,
    sent,
    troubles,
    give: (n, text = '') => intake!.accept([{ raw: { n, text }, type: 'number', undecodable: 'refuse' }]),
    load: () => intake!.load(),
    hold,
  }
}
