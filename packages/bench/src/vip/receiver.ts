// The receiver's process: takes uploads, and says what it has got of the last.
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

const sizeAndBirth = (path: string): { readonly bytes: number; readonly born: number } => {
  const { size, birthtimeMs } = statSync(path)
  return { bytes: size, born: birthtimeMs }
}

const stored = async (): Promise<Omit<Received, 'cutAt'>> => {
  const files = readdirSync(directory)
    .filter((name) => !name.endsWith('.json'))
    .map((name) => join(directory, name))
    .map((path) => ({ path, ...sizeAndBirth(path) }))
    .toSorted((a, b) => a.born - b.born)
  const last = files.at(-1)
  if (last === undefined) return { bytes: 0 }
  const hash = createHash('sha256')
  await pipeline(createReadStream(last.path), hash)
  return { bytes: last.bytes, sha256: hash.digest('hex') }
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
