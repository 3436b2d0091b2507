import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { ingress, sharedToken, unsigned, type Ingress } from '../../src/index.js'
import { memoryClaims } from '@xconnector/core/patterns'
import { anyJson } from '../support/any-json.js'
import { fakeIntake } from '../support/fake-intake.js'
import { numbered } from '../files/filed.js'

const verify = unsigned({ because: 'a test' })

/** Sends a head that asks first; the body only when it was told to. Gives all that came, and whether the body was sent. */
const asking = (port: number, path: string, headers: string, body: string): Promise<[string, boolean]> =>
  new Promise((resolve) => {
    let text = ''
    let sent = false
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nexpect: 100-continue\r\n${headers}\r\n`
    const socket = connect(port, '127.0.0.1', () => socket.write(head))
    socket.on('data', (c) => {
      text += c.toString()
      if (sent || !text.startsWith('HTTP/1.1 100 ')) return
      sent = true
      socket.write(body)
    })
    socket.on('close', () => resolve([text, sent]))
  })

const served = async (hooks: Ingress): Promise<AsyncDisposable & { readonly port: number }> => {
  const server = createServer(hooks.node).on('checkContinue', hooks.checkContinue)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

describe('a sender that asks before it sends', () => {
  test('is told to send what may be read, and has its answer at once else', async () => {
    const hooks = ingress({ maxBytes: 100 })
    let busy = false
    const intake = numbered(fakeIntake({ load: () => (busy ? { retryAfter: 3 } : undefined) }))
    const store = memoryClaims()
    const token = sharedToken({ header: 'x-token', token: 'a long shared token' })
    await hooks.webhook({ path: '/o', body: anyJson, verify }).start(intake)
    await hooks.file({ path: '/f', store, verify: token, maxBytes: 1000 }).start(intake)
    await using server = await served(hooks)
    const ask = async (path: string, length: number, more = ''): Promise<[string, boolean]> => {
      const headers = `content-type: application/json\r\ncontent-length: ${length}\r\n${more}`
      const body = '1'.repeat(Math.min(length, 15))
      const [text, sent] = await asking(server.port, path, headers, body)
      return [text.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '').slice(9, 12), sent]
    }
    const known = 'x-token: a long shared token\r\n'
    expect(await ask('/o', 15)).toEqual(['202', true])
    expect(await ask('/o', 101)).toEqual(['413', false])
    expect(await ask('/nowhere', 15)).toEqual(['404', false])
    expect(await ask('/f', 15, known)).toEqual(['202', true])
    expect(await ask('/f', 1001, known)).toEqual(['413', false])
    expect(await ask('/f', 15)).toEqual(['401', false])
    expect(await ask('/f', 15, `${known}content-digest: nonsense=\r\n`)).toEqual(['400', false])
    busy = true
    expect(await ask('/o', 15)).toEqual(['503', false])
    expect(await ask('/f', 15, known)).toEqual(['503', false])
    expect(intake.got).toHaveLength(2)
  })

  test('and is refused loses its connection, so that nothing is taken for the body', async () => {
    const hooks = ingress({ maxBytes: 10 })
    await hooks.webhook({ path: '/o', body: anyJson, verify }).start(fakeIntake())
    await using server = await served(hooks)
    const [text] = await asking(server.port, '/else', 'content-length: 5\r\n', '')
    expect(text).toMatch(/^HTTP\/1\.1 404 .*connection: close/is)
  })

  test('a server without the second listener works as before', async () => {
    const hooks = ingress()
    await hooks.webhook({ path: '/o', body: anyJson, verify }).start(fakeIntake())
    const server = createServer(hooks.node)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const headers = 'content-type: application/json\r\ncontent-length: 2\r\n'
    const [text, sent] = await asking(port, '/o', headers, '{}')
    expect([text.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '').slice(9, 12), sent]).toEqual(['202', true])
    await new Promise((resolve) => server.close(resolve))
  })
})

describe('a connection that is kept', () => {
  const pipelined = (port: number, ...requests: readonly string[]): Promise<string[]> =>
    new Promise((resolve) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(requests.join('')))
      socket.on('data', (c) => (text += c.toString()))
      socket.on('close', () => resolve([...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((m) => m[1]!)))
    })

  test('goes on after a 4xx and a 503 whose body was small, and ends after a 413', async () => {
    const hooks = ingress({ maxBytes: 1000 })
    let busy = false
    const intake = fakeIntake({ load: () => (busy ? { retryAfter: 3 } : undefined) })
    await hooks.webhook({ path: '/o', body: anyJson, verify }).start(intake)
    await using server = await served(hooks)
    const post = (body: string, more = 'content-type: application/json\r\n'): string =>
      `POST /o HTTP/1.1\r\nhost: x\r\n${more}content-length: ${body.length}\r\n\r\n${body}`
    const last = 'connection: close\r\ncontent-type: application/json\r\n'
    expect(await pipelined(server.port, post('{'), post('{}', ''), post('{}', last))).toEqual([
      '400',
      '415',
      '202',
    ])
    expect(await pipelined(server.port, post('1'.repeat(1001)), post('{}', last))).toEqual(['413'])
    busy = true
    expect(await pipelined(server.port, post('{}'), post('{}', last))).toEqual(['503', '503'])
  })
})
