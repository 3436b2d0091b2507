import {
  type Answer,
  createDestination,
  deadLetter,
  decodeWith,
  type Deployable,
  failure,
  flow,
  type Intake,
  left,
  retry,
  right,
  type Source,
  target,
} from '@xconnector/core'

/** The remote says no. */
export class Refused extends failure('Refused', 'permanent')<{ readonly answer: string }> {}
/** The remote has a bad time. */
export class Away extends failure('Away', 'transient')<{ readonly url: string }> {}

/** What no output may hold. */
export const CANARY = 'hunter2canary'

/** A message says itself what becomes of it. */
export interface Order {
  readonly n: number
  readonly how: 'fine' | 'refuse' | 'away' | 'hang'
  readonly text?: string
}

/** A flow, and a hand on what becomes of its messages. */
export interface Shop {
  readonly flow: Deployable
  /** Its intake, once it runs. */
  readonly intake: () => Intake
  /** What its targets have taken: `post 7`. */
  readonly sent: string[]
  /** Makes what failed go well. */
  mend(): void
  /** Lets calls that hang go on. */
  release(): void
}

const Orders = {
  '~standard': {
    version: 1 as const,
    vendor: 'tests',
    types: undefined as unknown as { readonly input: unknown; readonly output: Order },
    validate: (
      raw: unknown,
    ): { readonly value: Order } | { readonly issues: readonly { readonly message: string }[] } =>
      typeof raw === 'object' && raw !== null && 'n' in raw && 'how' in raw
        ? { value: raw as Order }
        : { issues: [{ message: 'no order' }] },
  },
}

/** A flow with two branches, `post` and `note`; `post` does as the message says. */
export const shop = (name = 'orders'): Shop => {
  let intake: Intake | undefined
  let mended = false
  let waiting: (() => void)[] = []
  const sent: string[] = []
  const post = target({
    name: 'post',
    destination: createDestination({ name: 'shop-api', circuit: false, concurrency: 1000 }),
    effect: 'keyed',
    async call(order: Order): Promise<Answer<Refused | Away, void>> {
      if (!mended && order.how === 'refuse') {
        const refused = new Refused({ answer: `no ${order.n}` }, order.text ?? `order ${order.n} is refused`)
        return { result: left(refused), seen: { as: 'refused' } }
      }
      if (!mended && order.how === 'away') {
        const url = `https://user:${CANARY}@shop.example/x?token=${CANARY}`
        return { result: left(new Away({ url }, `the shop is away: ${url}`)), seen: { as: 'failed' } }
      }
      if (!mended && order.how === 'hang') await new Promise<void>((resolve) => waiting.push(resolve))
      sent.push(`post ${order.n}`)
      return { result: right(undefined), seen: { as: 'ok' } }
    },
    preview: (order: Order) => ({ n: order.n }),
  })
  const note = target({
    name: 'note',
    destination: createDestination({ name: 'book', circuit: false, concurrency: 1000 }),
    effect: 'idempotent',
    call(order: Order): Answer<never, void> {
      sent.push(`note ${order.n}`)
      return { result: right(undefined), seen: { as: 'ok' } }
    },
  })
  const inbox: Source<Order> = {
    name: 'inbox',
    single: false,
    decode: decodeWith(Orders),
    start(own) {
      intake = own
      return { stop() {} }
    },
  }
  return {
    flow: flow(name)
      .from(inbox, { key: (order) => `customer-${order.n}` })
      .fanOut({ post, note })
      .onError({
        Refused: deadLetter(),
        Away: retry({ upTo: '1h', initial: '10m' }).orElse(deadLetter()),
        DecodeFailed: deadLetter(),
        StepFailed: deadLetter(),
      }),
    intake: () => {
      if (intake === undefined) throw new Error('the flow has not started')
      return intake
    },
    sent,
    mend: () => (mended = true),
    release: () => {
      for (const go of waiting) go()
      waiting = []
    },
  }
}
