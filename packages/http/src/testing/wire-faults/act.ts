import type { Socket } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import type { Clock } from '@xconnector/core'
import { answerBytes } from './answer-bytes.js'
import type { WireAnswer, WireFault } from './wire-fault.js'

/** Does to a request, whose body has come unless the fault begins earlier, what a fault says. */
export const act = (fault: WireFault, socket: Socket, method: string, clock: Clock): void => {
  const answer = (given: WireAnswer | undefined, lengthOff = 0): Buffer => {
    const { head, body } = answerBytes(given, lengthOff)
    return method === 'HEAD' ? head : Buffer.concat([head, body])
  }
  const whole = (given: WireAnswer | undefined): void => {
    if (given?.framed === false) socket.end(answer(given))
    else socket.write(answer(given))
  }
  const later = (ms: number, f: () => void): void => {
    const cancel = clock.after(
      ms,
      () => {
        socket.off('close', cancel)
        f()
      },
      { background: true },
    )
    socket.once('close', cancel)
  }
  switch (fault.as) {
    case 'answer':
      whole(fault.answer)
      return
    case 'reset':
      socket.resetAndDestroy()
      return
    case 'close':
      socket.end()
      return
    case 'cut': {
      const { head, body } = answerBytes(fault.answer)
      const part =
        fault.in === 'head'
          ? head.subarray(0, fault.bytes)
          : Buffer.concat([head, body.subarray(0, fault.bytes)])
      if (fault.by === 'reset') socket.write(part, () => later(5, () => socket.resetAndDestroy()))
      else socket.end(part)
      return
    }
    case 'drip': {
      const { head, body } = answerBytes(fault.answer)
      if (fault.in === 'body') socket.write(head)
      drip(fault.in === 'body' ? body : Buffer.concat([head, body]), fault.everyMs, socket, later)
      return
    }
    case 'black-hole':
    case 'stall':
      return
    case 'garbage':
      socket.end(fault.bytes ?? 'This is no HTTP.\r\n\r\n')
      return
    case 'bad-chunk':
      socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{"\r\nzz\r\n')
      return
    case 'bomb':
      whole(bomb(fault.bytes, fault.encoding ?? 'gzip'))
      return
    case 'wrong-length':
      socket.end(answer(fault.answer, fault.by))
      return
    case 'interim':
      for (const status of fault.statuses) socket.write(`HTTP/1.1 ${status} Interim\r\n\r\n`)
      whole(fault.answer)
      return
    case 'slow':
      later(fault.ms, () => whole(fault.answer))
      return
    case 'idle-close':
      whole(fault.answer)
      later(fault.ms, () => socket.end())
      return
    case 'twice': {
      const second = answer(fault.second ?? fault.answer)
      if (fault.ms === undefined) socket.write(Buffer.concat([answer(fault.answer), second]))
      else {
        whole(fault.answer)
        later(fault.ms, () => socket.write(second))
      }
      return
    }
    case 'early':
      if (fault.then === 'close') socket.end(answer(fault.answer))
      else whole(fault.answer)
  }
}

const drip = (
  bytes: Buffer,
  everyMs: number,
  socket: Socket,
  later: (ms: number, f: () => void) => void,
): void => {
  let at = 0
  const next = (): void => {
    if (socket.destroyed || at === bytes.length) return
    socket.write(bytes.subarray(at, ++at))
    later(everyMs, next)
  }
  next()
}

const PACKERS = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
} as const

const bomb = (bytes: number, encoding: keyof typeof PACKERS): WireAnswer => ({
  headers: { 'content-type': 'application/json', 'content-encoding': encoding },
  body: PACKERS[encoding](Buffer.alloc(bytes)),
})
