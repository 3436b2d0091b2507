// The receiver's process: takes one upload, and says what it has got.
import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { cutOnce } from './cut.ts'
import { discarding } from './discarding.ts'
import type { Received, Receiving } from './receiver-orders.ts'

const [receiving, directory, cutAfter] = process.argv.slice(2) as [Receiving, string, string]
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
const discards = discarding()

const storing = (): RequestListener => {
  const tus = new Server({ path: '/files', datastore: new FileStore({ directory }), relativeLocation: true })
  return (request, response) => void tus.handle(request, response)
}

const stored = async (): Promise<Omit<Received, 'cutAt'>> => {
  const name = readdirSync(directory).find((found) => !found.endsWith('.json'))
  if (name === undefined) return { bytes: 0 }
  const path = join(directory, name)
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { bytes: statSync(path).size, sha256: hash.digest('hex') }
}

const server = createServer({ requestTimeout: 0 }, receiving === 'stores' ? storing() : discards.handle)
const cutAt = cutAfter === '' ? () => 0 : cutOnce(server, Number(cutAfter))

const received = async (): Promise<Received> => ({
  ...(receiving === 'stores' ? await stored() : { bytes: discards.bytes }),
  cutAt: cutAt(),
})

process.on('message', () => void received().then((answer) => process.send!(answer)))
process.on('disconnect', () => process.exit(0))
server.listen(0, '127.0.0.1', () =>
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
)
