import { setTimeout as sleep } from 'node:timers/promises'
import { chance } from '../chance.ts'
import { mailOf, type Mail } from '../cast/mail.ts'
import { LineLog, recordsOf } from '../line-log.ts'
import { placesIn } from '../places.ts'
import { poster } from './post.ts'
import type { Acknowledged, Begun } from './producer-log.ts'

/** What a life of a producer is told. */
export interface ProducerOptions {
  readonly directory: string
  readonly name: string
  /** The services that accept. */
  readonly services: readonly string[]
  /** Messages on their way at once. */
  readonly lanes: number
  /** About how long a lane pauses after each message: milliseconds. */
  readonly pauseMs: number
}

// Sends messages, each until it has a 2xx, and keeps a synced log of those. When it is killed, the next life goes on with
// what was not acknowledged.
const { directory, name, services, lanes, pauseMs } = JSON.parse(process.argv[2] ?? '') as ProducerOptions
const orphaned = (): never => process.exit(1)
process.on('disconnect', orphaned)
const quiet = new AbortController()
process.on('message', () => quiet.abort())

const places = placesIn(directory)
const before = recordsOf<Acknowledged>(places.acknowledged(name))
const known = new Set(before.map(({ mail }) => mail.m))
const next = new Map<number, number>()
for (const { lane, n } of recordsOf<Begun>(places.begun(name)))
  next.set(lane, Math.max(n, next.get(lane) ?? 0))
const begun = new LineLog(places.begun(name))
const acknowledged = new LineLog(places.acknowledged(name))
const post = poster(places)

const send = async (mail: Mail, lane: number): Promise<void> => {
  begun.write(JSON.stringify({ m: mail.m, lane, n: mail.n } satisfies Begun))
  for (let n = 0; ; n++) {
    const service = services[(n + (chance('service', mail.m) < 0.5 ? 1 : 0)) % services.length]!
    const { status, id } = await post(service, mail)
    if (status >= 200 && status < 300 && id !== undefined) {
      await acknowledged.durably(JSON.stringify({ id, mail, at: Date.now() } satisfies Acknowledged))
      return
    }
    if (status !== 0 && status !== 503)
      begun.write(JSON.stringify({ m: mail.m, lane, n: mail.n, refused: status } satisfies Begun))
    await sleep(Math.min(400, 20 * 2 ** n) * (0.5 + Math.random()))
  }
}

const goOn = async (lane: number): Promise<void> => {
  const last = next.get(lane)
  for (let n = last ?? 0; !(quiet.signal.aborted && n !== last); n++) {
    const mail = mailOf(name, lane, n)
    if (!known.has(mail.m)) await send(mail, lane)
    // Senders repeat what was answered, too.
    if (chance('again', mail.m) < 0.06) await send(mail, lane)
    // Lanes in step would all be at the same point when the kill comes.
    await sleep(pauseMs * (0.5 + Math.random()))
  }
}

process.send?.('ready')
await Promise.all(Array.from({ length: lanes }, (_, lane) => goOn(lane)))
process.off('disconnect', orphaned)
process.exit(0)
