import { expect, test } from 'vitest'
import { flow, type Context } from '@xconnector/core'
import { sharedToken, statuses, type Admission, type EndpointRequest } from '../../src/index.js'
import { everybody, kit, turns } from '../support/endpoint-kit.js'
import { httpServer, opened } from '../support/loopback.js'

/** A flow that waits to be let go on, and shows the contexts of its calls. */
const gated = () => {
  const calls: { readonly ctx: Context; readonly goOn: () => void }[] = []
  const waits = flow('waits')
    .input<EndpointRequest>()
    .map(
      'wait',
      (_, ctx) => new Promise<string>((resolve) => calls.push({ ctx, goOn: () => resolve('done') })),
    )
  return { waits, calls }
}

const slow = (waits: ReturnType<typeof gated>['waits']) =>
  ({ method: 'POST', path: '/slow', authorize: everybody, flow: waits, otherwise: statuses() }) as const

test('a call that takes too long is answered with 504, and its flow is told', async () => {
  const { hooks, ask, clock, said } = kit()
  const { waits, calls } = gated()
  hooks.endpoint({ ...slow(waits), timeout: '2s' })
  const answer = ask('POST', '/slow')
  await turns()
  const { ctx } = calls[0]!
  expect([ctx.signal.aborted, typeof ctx.deadline]).toEqual([false, 'number'])
  clock.advance(1999)
  await turns()
  expect(ctx.signal.aborted).toBe(false)
  clock.advance(1)
  expect((await answer).json).toEqual({ type: 'about:blank', title: 'Gateway Timeout', status: 504 })
  expect([ctx.signal.aborted, said.map((s) => s.message)]).toEqual([
    true,
    ['an endpoint did not answer in time'],
  ])
})

test('an answer leaves no timer behind', async () => {
  const { hooks, ask, clock } = kit()
  hooks.endpoint({
    ...slow(gated().waits),
    flow: flow('now')
      .input<EndpointRequest>()
      .map('x', () => 1),
  })
  expect([(await ask('POST', '/slow')).status, clock.pending]).toEqual([200, 0])
})

test('time that authorizing takes is time of the endpoint', async () => {
  const { hooks, ask, clock } = kit()
  const { waits, calls } = gated()
  let signal: AbortSignal | undefined
  hooks.endpoint({
    ...slow(waits),
    authorize: (request) => {
      signal = request.signal
      return new Promise(() => {})
    },
  })
  const answer = ask('POST', '/slow')
  await turns()
  clock.advance(30_000)
  expect([(await answer).status, signal?.aborted, calls.length]).toEqual([504, true, 0])
})

test('more calls than may be at a time are turned away before their bodies are read, and none waits', async () => {
  const { hooks, ask } = kit()
  const { waits, calls } = gated()
  hooks.endpoint({ ...slow(waits), concurrency: 2 })
  const first = [ask('POST', '/slow'), ask('POST', '/slow')]
  await turns()
  const request = new Request('http://shop.test/slow', { method: 'POST', body: 'x' })
  const full = await hooks.fetch(request)
  expect([full.status, full.headers.get('retry-after'), request.bodyUsed]).toEqual([503, '1', false])
  calls[0]!.goOn()
  expect((await first[0]!).status).toBe(200)
  const third = ask('POST', '/slow')
  await turns()
  for (const call of calls) call.goOn()
  expect((await Promise.all([first[1]!, third])).map((r) => r.status)).toEqual([200, 200])
})

test('a flow that does not end when its time is up keeps its place until it does', async () => {
  const { hooks, ask, clock } = kit()
  const { waits, calls } = gated()
  hooks.endpoint({ ...slow(waits), concurrency: 1, timeout: '1s' })
  const late = ask('POST', '/slow')
  await turns()
  clock.advance(1000)
  expect((await late).status).toBe(504)
  expect((await ask('POST', '/slow')).status).toBe(503)
  calls[0]!.goOn()
  await turns()
  const next = ask('POST', '/slow')
  await turns()
  calls[1]!.goOn()
  expect((await next).status).toBe(200)
})

test('a caller that leaves stops its call, by either handler', async () => {
  const { hooks } = kit()
  const { waits, calls } = gated()
  hooks.endpoint(slow(waits))
  const controller = new AbortController()
  void hooks.fetch(new Request('http://shop.test/slow', { method: 'POST', signal: controller.signal }))
  await turns()
  controller.abort()
  expect(calls[0]!.ctx.signal.aborted).toBe(true)

  await using server = await httpServer(hooks.node)
  const socket = await opened(server.port, 'POST /slow HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n')
  while (calls.length < 2) await turns(1)
  const { signal } = calls[1]!.ctx
  const gone = new Promise((resolve) => signal.addEventListener('abort', resolve))
  socket.destroy()
  await gone
  expect((signal.reason as Error).message).toBe('the caller left')
})

test('a caller that has left while it was looked at calls nothing', async () => {
  const { hooks } = kit()
  const { waits, calls } = gated()
  let letIn = (): void => {}
  hooks.endpoint({
    ...slow(waits),
    authorize: () =>
      new Promise<Admission<undefined>>(
        (resolve) => (letIn = () => resolve({ ok: true, caller: undefined })),
      ),
  })
  const controller = new AbortController()
  void hooks.fetch(new Request('http://shop.test/slow', { method: 'POST', signal: controller.signal }))
  await turns()
  controller.abort()
  letIn()
  await turns()
  expect(calls).toEqual([])
})

test('options that make no sense are named', () => {
  const { hooks } = kit()
  const { waits } = gated()
  const wrong =
    (options: object): (() => unknown) =>
    () =>
      hooks.endpoint({ ...slow(waits), ...options } as never)
  const at = 'endpoint POST /slow'
  for (const [options, message] of [
    [{ method: 'HEAD' }, 'endpoint method'],
    [{ path: 'slow' }, 'endpoint path'],
    [{ path: '/a/*' + '*/b?c' }, 'endpoint path'],
    [{ path: '/:a-b' }, 'endpoint path'],
    [{ flow: {} }, `${at} flow`],
    [{ authorize: undefined }, `${at} authorize`],
    [{ timeout: '0s' }, `${at} timeout`],
    [{ timeout: 'soon' }, `${at} timeout`],
    [{ concurrency: 0 }, `${at} concurrency`],
    [{ maxBytes: 1.5 }, `${at} maxBytes`],
    [{ body: {} }, 'decoder'],
    [{ response: 3 }, `${at} response`],
    [{ formats: { csv: String } }, `${at} formats`],
    [{ cache: { control: 'no-cache' } }, `${at} cache`],
    [{ failures: { StepFailed: 200 } }, `${at} failures StepFailed`],
    [{ failures: { StepFailed: { title: 'x' } } }, `${at} failures StepFailed`],
  ] as const)
    expect(wrong(options), JSON.stringify(options)).toThrow(message)
  hooks.endpoint({ ...slow(waits), authorize: sharedToken({ header: 'x', token: 'y' }) })
  expect(wrong({})).toThrow('endpoint POST /slow is declared twice')
})
