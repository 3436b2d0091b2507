import { describe, expect, it } from 'vitest'
import { messageEnd } from '../src/load/message-end.ts'

const end = (text: string): number | undefined => messageEnd(Buffer.from(text))

describe('the end of an HTTP message', () => {
  it('is that of the head where there is no body', () => {
    const message = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'
    expect(end(message)).toBe(message.length)
    expect(end(`${message}GET /`)).toBe(message.length)
  })

  it('is as far behind the head as its length says', () => {
    const message = 'HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}'
    expect(end(message)).toBe(message.length)
    expect(end(message.slice(0, -1))).toBeUndefined()
  })

  it('is behind the last chunk', () => {
    const message = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'
    expect(end(message)).toBe(message.length)
    expect(end(message.slice(0, -5))).toBeUndefined()
  })

  it('is not there before the head has come', () => {
    expect(end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n')).toBeUndefined()
  })
})
