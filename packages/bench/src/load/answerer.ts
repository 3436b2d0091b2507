// A member that answers every HTTP request at once with the same JSON: a plain socket server, so that it takes little of the
// machine. Its environment says what: ANSWER, the body, and HEADERS, further header lines as JSON.
import { createServer, type AddressInfo } from 'node:net'
import { obeying } from '../harness/obeying.ts'
import { messageEnd } from './message-end.ts'

const { ANSWER = '{}', HEADERS = '[]' } = process.env
const head = [
  'HTTP/1.1 200 OK',
  'content-type: application/json',
  `content-length: ${Buffer.byteLength(ANSWER)}`,
  `date: ${new Date().toUTCString()}`,
  ...(JSON.parse(HEADERS) as string[]),
]
const answer = Buffer.from(`${head.join('\r\n')}\r\n\r\n${ANSWER}`)
let received = 0

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (piece: Buffer) => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    for (let end = messageEnd(rest); end !== undefined; end = messageEnd(rest)) {
      rest = rest.subarray(end)
      received++
      socket.write(answer)
      if (rest.length === 0) return
    }
  })
})
server.listen(0, '127.0.0.1', () =>
  obeying({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, () => ({ received })),
)
