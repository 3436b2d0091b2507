import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { CircuitOpen, type OutcomeUnknown } from '@xconnector/core'
import {
  anyone,
  http,
  ingress,
  type CallFailure,
  type Download,
  type EndpointRequest,
  type NotFound,
} from '../../src/index.js'
import { flowOf, foldPages, itemsOf, taskOf } from '../../src/fp/index.js'
import { fault, mockRemote, on, problem } from '../../src/testing/index.js'
import { siteAt, type Page } from '../testing/site.js'

const home: Page = { uid: 'p1', title: 'Home' }

const served = async (): Promise<{
  site: ReturnType<typeof siteAt>
  remote: ReturnType<typeof mockRemote>
}> => {
  const first = siteAt('http://127.0.0.1:1')
  const remote = mockRemote(first.site, [
    on(first.page, ({ params }) => (params.uid === 'p1' ? home : problem(404))),
    on(first.post, () => ({ revision: 7 })),
    on(first.file, () => 'bytes'),
    on(first.list, ({ query }) =>
      query.get('cursor') === null
        ? { items: [{ uid: 'a' }, { uid: 'b' }], next: '2' }
        : { items: [{ uid: 'c' }], next: null },
    ),
  ])
  const { url } = await remote.listen()
  return { site: siteAt(url), remote }
}

describe('taskOf', () => {
  test('composes queries, targets and downloads lazily', async () => {
    const { site, remote } = await served()
    const task = pipe(
      taskOf(site.page)({ uid: 'p1' }),
      TE.chain((page) => taskOf(site.post)(page, { key: 'k1' })),
      TE.map(({ revision }) => revision),
    )
    expect(remote.requests).toEqual([])
    expect(await task()).toEqual(E.right(7))
    expect(remote.requests.map((r) => [r.call, r.key])).toEqual([
      ['page', undefined],
      ['post', 'k1'],
    ])
    const opened = await taskOf(site.file)({ id: 'f' })()
    expect(opened).toMatchObject({ right: { status: 200 } })
    if (E.isRight(opened)) opened.right.body.destroy()
    await remote.close()
  })

  test('failures are on the left, every tag in the type', async () => {
    const { site, remote } = await served()
    const found = pipe(
      taskOf(site.page)({ uid: 'none' }),
      TE.orElse((failure) => (failure._tag === 'NotFound' ? TE.right(home) : TE.left(failure))),
    )
    expect(await found()).toEqual(E.right(home))
    expectTypeOf(taskOf(site.page)).returns.toEqualTypeOf<TE.TaskEither<CallFailure, Page>>()
    expectTypeOf(taskOf(site.notify)).returns.toEqualTypeOf<
      TE.TaskEither<CallFailure | OutcomeUnknown, void>
    >()
    expectTypeOf(taskOf(site.file)).returns.toEqualTypeOf<TE.TaskEither<CallFailure, Download>>()
    // @ts-expect-error the name of the path is missing
    expect(() => taskOf(site.page)({})).not.toThrow()
    await remote.close()
  })

  test('a call without input needs none', () => {
    const client = http({ name: 'c', baseUrl: 'https://c.test', destination: { whenParked: 'fail' } })
    const all = taskOf(client.query({ name: 'all', path: '/' }))
    expectTypeOf(() => all()).returns.toEqualTypeOf<TE.TaskEither<CallFailure<'fail'>, void>>()
    expect(typeof all()).toBe('function')
    expect(CircuitOpen).toBeDefined()
  })
})

describe('pages', () => {
  test('all items, or a fold over pages, each asked for when the one before is folded', async () => {
    const { site, remote } = await served()
    expect(await itemsOf(site.list)()()).toEqual(E.right([{ uid: 'a' }, { uid: 'b' }, { uid: 'c' }]))
    const sizes = foldPages(site.list, [] as readonly number[], (all, page) => [...all, page.items.length])
    expect(await sizes()()).toEqual(E.right([2, 1]))
    expectTypeOf(itemsOf(site.list)).returns.toEqualTypeOf<
      TE.TaskEither<CallFailure, readonly { uid: string }[]>
    >()
    await remote.close()
  })

  test('the first failure ends it', async () => {
    const { site, remote } = await served()
    remote.fail(fault.status(404, { after: 1, on: (request) => request.path === '/pages' }))
    expect(await itemsOf(site.list)()()).toMatchObject({ left: { _tag: 'NotFound' } })
    expect(remote.requests).toHaveLength(2)
    await remote.close()
  })
})

describe('flowOf', () => {
  test('is what an endpoint calls; each of its failures has to be answered', async () => {
    const { site, remote } = await served()
    const hooks = ingress()
    const product = flowOf('product', ({ params }: EndpointRequest<{ readonly uid: string }>) =>
      pipe(
        taskOf(site.page)({ uid: params.uid }),
        TE.mapLeft((failure) => failure as NotFound),
      ),
    )
    hooks.endpoint({
      method: 'GET',
      path: '/products/:uid',
      authorize: anyone({ because: 'a test' }),
      flow: product,
      failures: { NotFound: 404 },
    } as never)
    const ask = async (uid: string): Promise<unknown> => {
      const answer = await hooks.fetch(new Request(`http://me.test/products/${uid}`))
      return [answer.status, answer.headers.get('content-type')]
    }
    expect(await ask('p1')).toEqual([200, 'application/json'])
    expect(await ask('none')).toEqual([404, 'application/problem+json'])
    await remote.close()
  })

  test('a function that throws rejects, and nonsense is refused', async () => {
    const broken = flowOf('broken', (): TE.TaskEither<never, never> => {
      throw new Error('oh')
    })
    await expect(broken.call(undefined)).rejects.toThrow('oh')
    expect(() => flowOf('', () => TE.right(1))).toThrow(/flowOf name/)
    expect(() => flowOf('x', 1 as never)).toThrow(/expected a function/)
  })
})

test('nothing but the fp entry point loads fp-ts at run time', () => {
  const src = join(import.meta.dirname, '../../src')
  const loading = (readdirSync(src, { recursive: true }) as string[]).filter(
    (file) =>
      file.endsWith('.ts') &&
      /^import (?!type)[^\n]*from 'fp-ts/m.test(readFileSync(join(src, file), 'utf8')),
  )
  expect(loading).toEqual([])
})
