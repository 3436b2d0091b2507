import { expect, test } from 'vitest'
import { untilSignal, type Runtime } from '../../src/index.js'

/** A runtime and a server that keep a list of what is asked of them. */
const service = () => {
  const said: unknown[] = []
  let stopped = (): void => {}
  let closed = (): void => {}
  const runtime = {
    stop(options: object) {
      said.push(['stop', options])
      return new Promise<void>((resolve) => (stopped = resolve))
    },
  } as unknown as Runtime
  const server = {
    close(done: () => void) {
      said.push('close')
      closed = done
    },
    closeIdleConnections: () => void said.push('idle'),
  }
  return { said, runtime, server, stopped: () => stopped(), closed: () => closed() }
}
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
const listeners = (signal: NodeJS.Signals): readonly Function[] => process.listeners(signal)

test('a signal closes the server, stops the runtime with the grace given, and is told when both have ended', async () => {
  const s = service()
  let got: string | undefined
  const until = untilSignal(s.runtime, { server: s.server, grace: '5s', signals: ['SIGUSR2'] })
  void until.then((signal) => (got = signal))
  await turn()
  expect(s.said).toEqual([])
  process.emit('SIGUSR2', 'SIGUSR2')
  await turn()
  expect(s.said).toEqual(['close', 'idle', ['stop', { grace: '5s' }]])
  s.stopped()
  await turn()
  // Connections of the last answers are idle by now; the server may still have others.
  expect([s.said.slice(3), got]).toEqual([['idle'], undefined])
  s.closed()
  expect(await until).toBe('SIGUSR2')
})

test('without a server and a grace it stops the runtime by its own', async () => {
  const s = service()
  const until = untilSignal(s.runtime, { signals: ['SIGUSR2'] })
  process.emit('SIGUSR2', 'SIGUSR2')
  await turn()
  s.stopped()
  expect([await until, s.said]).toEqual(['SIGUSR2', [['stop', {}]]])
})

test('a server without idle connections to close is closed all the same', async () => {
  const s = service()
  const until = untilSignal(s.runtime, { server: { close: (done) => done?.() }, signals: ['SIGUSR2'] })
  process.emit('SIGUSR2', 'SIGUSR2')
  await turn()
  s.stopped()
  expect(await until).toBe('SIGUSR2')
})

test('SIGTERM and SIGINT are waited for unless others are named, and a second one is not caught any more', async () => {
  const before = [listeners('SIGTERM'), listeners('SIGINT')]
  const s = service()
  const until = untilSignal(s.runtime)
  const added = listeners('SIGINT').filter((l) => !before[1]!.includes(l))
  expect([added.length, listeners('SIGTERM').length]).toEqual([1, before[0]!.length + 1])
  added[0]!('SIGINT')
  await turn()
  expect([listeners('SIGTERM'), listeners('SIGINT')]).toEqual(before)
  s.stopped()
  expect(await until).toBe('SIGINT')
})
