import { expectTypeOf, test } from 'vitest'
import type { Runtime } from '@xconnector/core'
import {
  ops,
  operatorTokens,
  type AuthorizeOperator,
  type Operated,
  type OpsOptions,
} from '../../src/ops/index.js'

declare const runtime: Runtime

test('authorize is required, and says who it is and what they may', () => {
  expectTypeOf<Runtime>().toExtend<Operated>()
  const made = (): unknown => [
    // @ts-expect-error: nobody is let in by default
    ops(runtime),
    // @ts-expect-error: the same
    ops(runtime, {}),
    // @ts-expect-error: a yes does not say who, nor what they may
    ops(runtime, { authorize: () => true }),
    // @ts-expect-error: what they may is missing
    ops(runtime, { authorize: () => ({ name: 'ann' }) }),
    // @ts-expect-error: there is no such right
    ops(runtime, { authorize: () => ({ name: 'ann', may: 'all' }) }),
    // @ts-expect-error: undefined is no answer
    ops(runtime, { authorize: async () => undefined }),
    // @ts-expect-error: what is to be open is named
    ops(runtime, { authorize: () => false, open: ['status'] }),
    // @ts-expect-error: a token says what it is for
    operatorTokens({ ann: { token: 'x' } }),
    ops(runtime, { authorize: async () => ({ name: 'ann', may: 'look' }) }),
    ops(runtime, { authorize: ({ wants }) => wants === 'look' && { name: 'ann', may: 'look' } }),
  ]
  expectTypeOf(made).returns.toBeUnknown()
  expectTypeOf<OpsOptions['authorize']>().toEqualTypeOf<AuthorizeOperator>()
})
