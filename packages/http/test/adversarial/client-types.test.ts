import { describe, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { http, type Auth, type BadResponse, type CallFailure } from '../../src/index.js'
import type { Download } from '../../src/client/download.js'

const site = http({ name: 'site', baseUrl: 'https://x.test' })
const Page = z.object({ id: z.string() })

describe('types of calls', () => {
  test('infer no any: replies, failures, inputs', () => {
    const get = site.query({ name: 'get', path: '/pages/:id', response: Page })
    type Got = Awaited<ReturnType<typeof get.call>>
    expectTypeOf<Got>().not.toBeAny()
    expectTypeOf<Extract<Got, { _tag: 'Right' }>['right']>().toEqualTypeOf<{ id: string }>()
    expectTypeOf<Extract<Got, { _tag: 'Left' }>['left']>().not.toBeAny()
    expectTypeOf<Extract<Got, { _tag: 'Left' }>['left']['_tag']>().not.toEqualTypeOf<string>()
    expectTypeOf(get.run).parameter(0).toEqualTypeOf<{ readonly id: string | number }>()
    const none = site.query({ name: 'none', path: '/none' })
    expectTypeOf<Extract<Awaited<ReturnType<typeof none.call>>, { _tag: 'Right' }>['right']>().not.toBeAny()
    const file = site.download({ name: 'file', path: '/f' })
    const run = () => file.run()
    expectTypeOf(run).returns.resolves.toEqualTypeOf<Download>()
  })

  test('name what can fail, and nothing more', () => {
    type Tags = CallFailure['_tag']
    expectTypeOf<'OutcomeUnknown'>().not.toExtend<Tags>()
    expectTypeOf<BadResponse['_tag']>().toExtend<Tags>()
    expectTypeOf<'ConnectFailed' | 'TimedOut' | 'PreconditionFailed'>().toExtend<Tags>()
  })

  test('refuse what would fail at run time', () => {
    const get = site.query({ name: 'get', path: '/pages/:id', response: Page })
    const wrong = (): void => {
      // @ts-expect-error the path's name is missing
      void get.run({})
      // @ts-expect-error a path's value is a text or a number
      void get.run({ id: null })
      // @ts-expect-error secrets of credentials must be told
      const auth: Auth = { headers: [], credentials: () => ({ headers: {} }) }
      void auth
      // @ts-expect-error a redirect rule is no boolean
      http({ name: 'a', baseUrl: 'https://x.test', redirects: true })
    }
    expectTypeOf(wrong).toBeFunction()
  })
})
