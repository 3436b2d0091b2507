import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { workFolder } from '../harness/places.ts'
import type { Absent, Sample } from '../harness/sample.ts'
import { inFlight, seconds } from './in-flight.ts'
import { messages } from './message.ts'

/** BullMQ's `add` on a Redis server that syncs its log at every write, as a durable accept needs. */
export const bullmqAdding = async (n: number, width: number): Promise<Sample | Absent> => {
  if (spawnSync('redis-server', ['--version']).error !== undefined)
    return { absent: 'redis-server is not installed' }
  const { Queue } = await import('bullmq')
  const { Redis } = await import('ioredis')
  const port = await freePort()
  const server = start(port)
  try {
    const connection = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 50 })
    connection.on('error', () => undefined)
    const until = performance.now() + 10_000
    while (connection.status !== 'ready') {
      if (performance.now() > until) throw new Error('redis-server did not come up within 10 s')
      await sleep(20)
    }
    const queue = new Queue('assets', { connection })
    const add = (i: number): Promise<unknown> => queue.add('published', messages[i % messages.length]!)
    await inFlight(n / 10, width, add)
    const took = await seconds(() => inFlight(n, width, add))
    await queue.close()
    connection.disconnect()
    return { 'per s': n / took }
  } finally {
    server.kill('SIGKILL')
  }
}

const start = (port: number): ChildProcess => {
  const folder = join(workFolder('journal'), `redis-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const options = { port, bind: '127.0.0.1', dir: folder, appendonly: 'yes', appendfsync: 'always', save: '' }
  const server = spawn(
    'redis-server',
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    {
      stdio: 'ignore',
    },
  )
  process.on('exit', () => server.kill('SIGKILL'))
  return server
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
