import {
  createDestination,
  createRuntime,
  deadLetter,
  failure,
  flow,
  left,
  retry,
  right,
  silentLogger,
  target,
  type Answer,
  type Context,
  type Intake,
  type Json,
  type Source,
  type Target,
} from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import { vi } from 'vitest'

/** One message of any of the flows. */
export interface Told {
  readonly id: string
  readonly thing: string
  readonly version: number
}

/** What a target was given, under which key. */
export type Given = Told & { readonly entry: string }

/** Whether a target takes something in, will later, or never does. */
export type Takes = (given: Given) => 'taken' | 'later' | 'never'

/** A journal that a runtime works on: with flows, hops and targets named as the demo's. */
export interface LiveJournal {
  accept(flow: 'entries' | 'assets' | 'vip-events', told: readonly Told[]): Promise<void>
  /** Resolves when nothing is left that is due. */
  still(): Promise<void>
  replay(): Promise<void>
  stop(): Promise<void>
}

class Refused extends failure('Refused', 'permanent')<object> {}
class Busy extends failure('Busy', 'transient')<object> {}

/** Starts a runtime on a journal's file. `take`: by the name of the target. */
export const liveJournal = async (
  file: string,
  take: Readonly<Record<'site' | 'portal' | 'vip' | 'tracking', Takes>>,
): Promise<LiveJournal> => {
  const sources = { entries: source('entries'), assets: source('assets'), 'vip-events': source('vip-events') }
  const latest = { key: ({ thing }: Told) => thing, version: ({ version }: Told) => version }
  const routes = {
    Refused: deadLetter(),
    Busy: retry({ initial: '1h', max: '1h', upTo: '24h' }),
    StepFailed: deadLetter(),
  }
  const runtime = createRuntime({
    journal: sqlite({ file }),
    log: silentLogger,
    flows: [
      flow('entries')
        .from(sources.entries, { latest })
        .map('edition', (told) => told)
        .fanOut({ site: targetOf('put-page', take.site), portal: targetOf('post-teaser', take.portal) })
        .onError({ ...routes, DecodeFailed: deadLetter() }),
      flow('assets')
        .from(sources.assets, { latest })
        .to(targetOf('put-asset', take.vip))
        .onError({ ...routes, DecodeFailed: deadLetter() }),
      flow('vip-events')
        .from(sources['vip-events'], { latest })
        .to(targetOf('track', take.tracking))
        .onError({ ...routes, DecodeFailed: deadLetter() }),
    ],
  })
  await runtime.start()
  return {
    accept: (name, told) => sources[name].push(told),
    still: () => vi.waitUntil(() => runtime.idle, { interval: 2, timeout: 20_000 }).then(() => {}),
    replay: () => runtime.deadLetters.replay({}).then(() => {}),
    stop: () => runtime.stop(),
  }
}

const targetOf = (name: string, take: Takes): Target<Told, void, Refused | Busy> =>
  target({
    name,
    destination: createDestination({ name, circuit: false }),
    effect: 'idempotent',
    call(told: Told, ctx: Context): Answer<Refused | Busy, void> {
      const took = take({ ...told, entry: ctx.key })
      if (took === 'taken') return { result: right(undefined), seen: { as: 'ok' } }
      const refused = took === 'never' ? new Refused({}) : new Busy({})
      return { result: left(refused), seen: { as: 'ok' } }
    },
  })

const source = (name: string): Source<Told> & { push(told: readonly Told[]): Promise<void> } => {
  let intake: Intake | undefined
  return {
    name,
    single: false,
    decode: (raw) => right(raw as unknown as Told),
    start: (given) => {
      intake = given
      return { stop: () => {} }
    },
    push: async (told) => {
      await intake!.accept(
        told.map(({ id, thing, version }) => {
          const raw: Json = { id, thing, version }
          return { raw, type: name, dedupe: id, undecodable: 'refuse' }
        }),
      )
    },
  }
}
