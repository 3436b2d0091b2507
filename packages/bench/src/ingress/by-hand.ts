import { createHmac, timingSafeEqual } from 'node:crypto'
import { seededRandom, systemClock, uuidv7 } from '@xconnector/core'
import { freshFile } from '../journal/disk.ts'
import { groupInsert } from '../journal/group-insert.ts'
import { SECRET } from './secret.ts'

const KEY = Buffer.from(SECRET.slice('whsec_'.length), 'base64')
const TOLERANCE_S = 300

/** The most rows that share a commit. */
export const GROUP = 64

/** A header of a request. */
type HeaderOf = (name: string) => string | undefined

const isGenuine = (raw: Buffer, header: HeaderOf): boolean => {
  const id = header('webhook-id')
  const timestamp = header('webhook-timestamp')
  const signatures = header('webhook-signature')
  if (id === undefined || timestamp === undefined || signatures === undefined) return false
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_S)) return false
  const expected = createHmac('sha256', KEY).update(`${id}.${timestamp}.`).update(raw).digest()
  return signatures.split(' ').some((signature) => {
    if (!signature.startsWith('v1,')) return false
    const given = Buffer.from(signature.slice(3), 'base64')
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}

/**
 * What a webhook costs by hand, whatever the framework: its signature is checked, it must be JSON, and it is stored. Gives the
 * status, and the id as the body of the answer.
 */
export const byHand = (): ((
  raw: Buffer,
  header: HeaderOf,
) => Promise<{ readonly status: number; readonly id?: string }>) => {
  const ids = uuidv7(systemClock, seededRandom(1))
  const rows = groupInsert(freshFile('ingress'), GROUP)
  return async (raw, header) => {
    if (!isGenuine(raw, header)) return { status: 401 }
    const text = raw.toString('utf8')
    try {
      JSON.parse(text)
    } catch {
      return { status: 400 }
    }
    const id = ids.next()
    await rows.put(id, text)
    return { status: 202, id }
  }
}
