import type { Json, JsonText } from '../message/json.js'
import type { NewEntry, Reply } from '../ports/journal.js'
import type { Disk } from './disk.js'
import { end } from './end.js'
import type { Entry } from './entry.js'
import { outdated } from './latest.js'
import { Parts } from './parts.js'
import { becomeReady } from './ready.js'

/** A reply as kept. */
export type Part = { readonly as: 'reply' | 'failure'; readonly text: JsonText } | typeof noReply

/** The branch ended without a reply. */
export const noReply: { readonly as: 'none' } = Object.freeze({ as: 'none' })

const needed = ({ expect, settle }: NonNullable<NewEntry['join']>): number => {
  if (settle === 'all') return expect.length
  if (settle === 'any') return 1
  return settle === 'bestEffort' ? expect.length + 1 : settle.quorum
}

/** Lets a join go on when its policy is met, or when no reply is outstanding. */
export const judgeJoin = (disk: Disk, entry: Entry): void => {
  const parts = disk.parts.get(entry.id)
  const ok = parts?.replies ?? 0
  if (ok < needed(entry.join!) && (parts?.size ?? 0) < entry.join!.expect.length) return
  if (!outdated(disk, entry)) {
    becomeReady(disk, entry)
    return
  }
  end(disk, entry, 'superseded')
  answer(disk, entry, noReply)
}

/** Whatever may answer a join: an entry that is kept, or one that comes in. */
export interface Answering {
  readonly answers?: NewEntry['answers'] | undefined
}

/** Gives an entry's reply to the join that it answers. A join that does not wait any more drops it. */
export const answer = (disk: Disk, { answers }: Answering, part: Part): void => {
  if (answers === undefined) return
  if (disk.unsaid === undefined) give(disk, answers, part)
  else disk.unsaid.push([answers, part])
}

/** Inserts several entries: whatever is answered meanwhile is given when all are in, for one of them may be the join. */
export const answeringAfter = <A>(disk: Disk, inserts: () => A): A => {
  const unsaid: NonNullable<Disk['unsaid']> = []
  disk.unsaid = unsaid
  try {
    return inserts()
  } finally {
    disk.unsaid = undefined
    for (const [answers, part] of unsaid) give(disk, answers, part)
  }
}

const give = (disk: Disk, answers: NonNullable<NewEntry['answers']>, part: Part): void => {
  const join = disk.entries.get(answers.join)
  if (join?.state !== 'joining' || !expects(join, answers.as)) return
  let parts = disk.parts.get(join.id)
  if (parts === undefined) disk.parts.set(join.id, (parts = new Parts()))
  parts.set(answers.as, part)
  judgeJoin(disk, join)
}

const expects = (join: Entry, as: string): boolean => (join.expected ??= new Set(join.join!.expect)).has(as)

/** What came for a join, by name. */
export const replies = (disk: Disk, entry: Entry): Readonly<Record<string, Reply>> => {
  const parts = [...(disk.parts.get(entry.id) ?? [])].map(([as, part]) => [as, reply(part)] as const)
  return Object.fromEntries(parts)
}

const reply = (part: Part): Reply => {
  if (part.as === 'none') return { as: 'none' }
  if (part.as === 'reply') return { as: 'reply', value: part.text }
  return { as: 'failure', error: JSON.parse(part.text) as Json }
}
