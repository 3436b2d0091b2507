import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { http, type HttpOptions } from '../../src/index.js'
import { undiciTransport } from '../../src/undici/index.js'
import { tcpServer } from '../support/loopback.js'

const TRANSPORTS: readonly (readonly [string, Partial<HttpOptions>])[] = [
  ['node:http', {}],
  ['undici', { transport: undiciTransport() }],
]

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
const chunked = (size: string): string => `${OK}transfer-encoding: chunked\r\n\r\n${size}\r\n{}\r\n0\r\n\r\n`

describe.each(TRANSPORTS)('a hostile server over %s', (_, transport) => {
  const answeredBy = async (answer: string | readonly string[], options: Partial<HttpOptions> = {}) => {
    await using server = await tcpServer((socket) => {
      for (const piece of typeof answer === 'string' ? [answer] : answer) socket.write(piece)
    })
    const site = http({
      name: 'site',
      baseUrl: server.url,
      timeout: '700ms',
      random: { next: () => 0 },
      ...transport,
      ...options,
    })
    const post = site.target({
      name: 'post',
      method: 'POST',
      path: '/',
      effect: 'unsafe',
      response: z.unknown(),
    })
    const result = await post.call(undefined)
    site.close()
    expect(server.requests).toHaveLength(1)
    return result._tag === 'Right' ? 'Right' : result.left._tag
  }

  test.each([
    [
      'a switch of protocols that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n',
    ],
    ['a head of 1 MB', `${OK}x: ${'a'.repeat(2 ** 20)}\r\ncontent-length: 2\r\n\r\n{}`],
    ['1e5 header lines', `${OK}${'a: b\r\n'.repeat(1e5)}content-length: 2\r\n\r\n{}`],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\n{}'],
    ['two lengths', `${OK}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    [
      'a length and chunks',
      `${OK}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ],
    ['a negative length', `${OK}content-length: -1\r\n\r\n{}`],
    ['a chunk whose size is no number', chunked('zz')],
    ['a chunk of more bytes than there are numbers', chunked('fffffffffffffffffff')],
    ['a bare line feed in a header', `${OK}x: a\r\n b\x00\r\ncontent-length: 2\r\n\r\n{}`],
    ['early hints without end', ['HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(1000)]],
    [
      'trailers of 1 MB',
      `${OK}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx: ${'a'.repeat(2 ** 20)}\r\n\r\n`,
    ],
  ])(
    'that answers with %s makes one failure of one sending, which may have taken effect',
    async (_, answer) => {
      expect(['OutcomeUnknown', 'BadResponse', 'ConnectionLost', 'TimedOut']).toContain(
        await answeredBy(answer),
      )
    },
  )

  test('whose body is one of 1e5 pieces is read, and cut off at its limit', async () => {
    const pieces = `${OK}transfer-encoding: chunked\r\n\r\n${'1\r\n \r\n'.repeat(1e5)}2\r\n{}\r\n0\r\n\r\n`
    expect(await answeredBy(pieces, { timeout: '10s' })).toBe('Right')
    expect(await answeredBy(pieces, { timeout: '10s', maxResponseBytes: 1000 })).toBe('BadResponse')
  })
})
