import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { ContractCase } from '@xconnector/core/testing'
import {
  disabledEndpoint,
  enabledEndpoint,
  rotatedEndpoint,
  type WebhookEndpoint,
} from '../outgoing/endpoint.js'
import type { EndpointStore } from '../outgoing/endpoint-store.js'

/** Makes the stores that the contract is held against. */
export interface EndpointStoreMaker {
  /** A store that holds these endpoints and no others. */
  fresh(endpoints: readonly WebhookEndpoint[]): Promise<EndpointStoreUnderTest>
}

/** One store. The contract disposes of it. */
export interface EndpointStoreUnderTest {
  readonly store: EndpointStore
  /** Always called last, once. */
  dispose(): Promise<void>
}

const T = 1_700_000_000_000
const DAY = 86_400_000
const secretOf = (n: number): string => `whsec_${Buffer.alloc(24, n).toString('base64')}`

const A: WebhookEndpoint = {
  id: 'a',
  url: 'https://a.example/hooks?tenant=%C3%BC',
  secrets: [{ secret: secretOf(1) }],
  types: ['placed', 'größe "1" 😀'],
}
const B: WebhookEndpoint = {
  id: 'b/2 ü',
  url: 'https://b.example',
  secrets: [{ secret: secretOf(2), until: T }],
}

/** What every store of endpoints must do, as a list of named cases for any test runner. */
export const endpointStoreContract = (maker: EndpointStoreMaker): readonly ContractCase[] =>
  CASES.map(([name, body]) => ({
    name,
    async run() {
      const under = await maker.fresh([A, B])
      try {
        await body(under.store)
      } finally {
        await under.dispose()
      }
    },
  }))

const failedOnce = (e: WebhookEndpoint): WebhookEndpoint => ({
  ...e,
  failing: { since: T, inRow: (e.failing?.inRow ?? 0) + 1 },
})

const CASES: readonly (readonly [name: string, body: (store: EndpointStore) => Promise<void>])[] = [
  [
    'endpoints are found by their id, as they were given',
    async (s) => {
      deepEqual(await s.get('a'), A)
      deepEqual(await s.get(B.id), B)
      for (const id of ['c', '', 'A', '__proto__', 'a ']) equal(await s.get(id), undefined)
    },
  ],
  [
    'all are listed',
    async (s) => {
      const all = [...(await s.list())]
      deepEqual(new Map(all.map((e) => [e.id, e])), new Map([A, B].map((e) => [e.id, e])))
      equal(all.length, 2)
    },
  ],
  [
    'a change is kept, and given back',
    async (s) => {
      const changed = await s.update('a', (e) => disabledEndpoint(e, 'gone', T))
      deepEqual(changed, { ...A, disabled: { why: 'gone', since: T } })
      deepEqual(await s.get('a'), changed)
      deepEqual(await s.get(B.id), B)
    },
  ],
  [
    'what a change takes away is gone',
    async (s) => {
      await s.update('a', (e) => disabledEndpoint(failedOnce(e), 'failing', T))
      deepEqual(await s.update('a', enabledEndpoint), A)
      deepEqual(await s.get('a'), A)
    },
  ],
  [
    'secrets and when they run out are kept, in their order',
    async (s) => {
      await s.update('a', (e) => rotatedEndpoint(e, secretOf(3), T, DAY))
      deepEqual((await s.get('a'))?.secrets, [
        { secret: secretOf(3) },
        { secret: secretOf(1), until: T + DAY },
      ])
    },
  ],
  [
    'a change of what is not there is not made',
    async (s) => {
      let called = 0
      equal(
        await s.update('c', (e) => {
          called++
          return e
        }),
        undefined,
      )
      equal(called, 0)
      equal([...(await s.list())].length, 2)
    },
  ],
  [
    'an endpoint that is given back unchanged stays as it is',
    async (s) => {
      deepEqual(await s.update('a', (e) => e), A)
      deepEqual(await s.get('a'), A)
    },
  ],
  [
    'of many changes at once none is lost',
    async (s) => {
      await Promise.all(Array.from({ length: 20 }, async () => s.update('a', failedOnce)))
      deepEqual((await s.get('a'))?.failing, { since: T, inRow: 20 })
    },
  ],
  [
    'a change that throws changes nothing, and the store works on',
    async (s) => {
      const thrown = async (): Promise<unknown> =>
        s.update('a', () => {
          throw new Error('no')
        })
      await rejects(thrown, /no/)
      deepEqual(await s.get('a'), A)
      deepEqual((await s.update('a', failedOnce))?.failing, { since: T, inRow: 1 })
    },
  ],
]
