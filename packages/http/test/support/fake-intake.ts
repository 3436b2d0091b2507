import { systemClock, type Accepted, type Clock, type Incoming, type Intake } from '@xconnector/core'

/** An intake that remembers what it was given. */
export interface FakeIntake extends Intake {
  readonly got: Incoming[]
  readonly said: { readonly level: string; readonly message: string; readonly data: object }[]
}

export interface FakeIntakeOptions {
  readonly clock?: Clock
  readonly config?: Readonly<Record<string, string>>
  readonly load?: () => { readonly retryAfter: number } | undefined
  readonly answer?: (incoming: Incoming) => Accepted | Promise<Accepted>
}

export const fakeIntake = (options: FakeIntakeOptions = {}): FakeIntake => {
  const got: Incoming[] = []
  const said: FakeIntake['said'] = []
  const known = new Map<string, string>()
  const say = (level: string) => (data: object, message: string) => void said.push({ level, message, data })
  const store = (incoming: Incoming): Accepted => {
    const first = incoming.dedupe === undefined ? undefined : known.get(incoming.dedupe)
    if (first !== undefined) return { as: 'duplicate', id: first }
    got.push(incoming)
    const id = `id-${got.length}`
    if (incoming.dedupe !== undefined) known.set(incoming.dedupe, id)
    return { as: 'accepted', id }
  }
  return {
    got,
    said,
    clock: options.clock ?? systemClock,
    log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    signal: new AbortController().signal,
    config: options.config ?? {},
    load: options.load ?? (() => undefined),
    cursor: () => Promise.resolve(undefined),
    ids: { next: () => 'id' },
    state: () => Promise.resolve({}),
    waiting: () => Promise.resolve(0),
    accept: (batch) => Promise.all(batch.map(async (i) => (options.answer ?? store)(i))),
  }
}
