import type { Json } from '../message/json.js'
import type { Journal, Stored } from '../ports/journal.js'
import type { OperatorAnswer, OperatorRequest } from './request.js'

/** The name of the journal's state that holds what is asked of a running service. */
export const REQUESTS = 'requests'

/**
 * Answers are kept for an hour, at most 50 of them, and the latest with at most 2,000 ids in all: whoever follows the journal reads
 * the row each time that something moves.
 */
const KEPT_MS = 3_600_000
const KEPT = 50
const KEPT_IDS = 2000

/** Ids in one request. */
export const MOST_IDS = 1000

/** A request that some process has begun to carry out. */
export interface Taken {
  /** The process. */
  readonly by: string
  /** Epoch milliseconds after which another may take it over. */
  readonly until: number
  /** The dead letters that were there when it was first taken: what is gone later has been sent again. */
  readonly found: readonly string[]
}

/** A request that waits for its answer. */
export interface OpenRequest extends OperatorRequest {
  readonly taken?: Taken
}

/** All requests of a journal. */
export interface Requests {
  readonly open: readonly OpenRequest[]
  readonly answered: readonly OperatorAnswer[]
}

/** Requests as they are stored; what is none is left out. */
export const readRequests = (value: Json | undefined): Requests => {
  const { open, answered } = (value ?? {}) as Partial<Record<keyof Requests, Json>>
  return {
    open: rows(open).filter((r) => isRequest(r)) as unknown as readonly OpenRequest[],
    answered: rows(answered).filter((r) => isAnswer(r)) as unknown as readonly OperatorAnswer[],
  }
}

/**
 * Asks something of the running service, or of the next one that starts. Asked twice, under one id, it is asked once.
 *
 * @throws TypeError when it names no ids, or more than 1000.
 */
export const ask = async (
  journal: Pick<Journal, 'read' | 'accept'>,
  request: OperatorRequest,
): Promise<void> => {
  const n = Array.isArray(request.ids) ? request.ids.length : 0
  if (n === 0 || n > MOST_IDS) throw new TypeError(`ask: ids: expected 1 to ${MOST_IDS} of them, got ${n}`)
  await changeRequests(journal, (all) =>
    all.open.some((r) => r.id === request.id) || answerTo(all, request.id) !== undefined
      ? all
      : { ...all, open: [...all.open, request] },
  )
}

/** Takes back a request that nobody has begun to carry out. Gives whether it did. */
export const withdraw = async (journal: Pick<Journal, 'read' | 'accept'>, id: string): Promise<boolean> => {
  let withdrawn = false
  await changeRequests(journal, (all) => {
    withdrawn = all.open.some((r) => r.id === id && r.taken === undefined)
    return withdrawn ? { ...all, open: all.open.filter((r) => r.id !== id) } : all
  })
  return withdrawn
}

/** The answer to a request, as long as it is kept. */
export const answerTo = (requests: Requests, id: string): OperatorAnswer | undefined =>
  requests.answered.find((a) => a.id === id)

/** With an answer in the place of its request, and without answers that are too old or too many. */
export const withAnswer = ({ open, answered }: Requests, answer: OperatorAnswer): Requests => {
  const recent = answered.filter((a) => a.id !== answer.id && a.at > answer.at - KEPT_MS).slice(1 - KEPT)
  let ids = idsIn(answer)
  const kept = recent.toReversed().filter((a) => (ids += idsIn(a)) <= KEPT_IDS)
  return { open: open.filter((r) => r.id !== answer.id), answered: [...kept.toReversed(), answer] }
}

const idsIn = ({ ok }: OperatorAnswer): number => ok?.length ?? 0

/** Changes what is asked, on the journal, as often as others change it at the same time. Gives what is stored then. */
export const changeRequests = async (
  journal: Pick<Journal, 'read' | 'accept'>,
  change: (requests: Requests) => Requests,
): Promise<Requests> => {
  for (;;) {
    const stored: Stored | undefined = (await journal.read([REQUESTS]))[REQUESTS]
    const before = readRequests(stored?.value)
    const after = change(before)
    if (after === before) return before
    const value = after as unknown as Json
    const move = { name: REQUESTS, expect: stored?.version ?? 0, value }
    if ((await journal.accept([], { state: [move] })) !== 'conflict') return after
  }
}

const rows = (json: Json | undefined): readonly Json[] =>
  Array.isArray(json) ? (json as readonly Json[]) : []

const isRequest = (row: Json): boolean => {
  const r = row as Partial<Record<keyof OperatorRequest, Json>> | null
  return (
    typeof r?.id === 'string' &&
    typeof r.at === 'number' &&
    typeof r.verb === 'string' &&
    Array.isArray(r.ids) &&
    rows(r.ids).every((id) => typeof id === 'string')
  )
}

const isAnswer = (row: Json): boolean => {
  const a = row as Partial<Record<keyof OperatorAnswer, Json>> | null
  return typeof a?.id === 'string' && typeof a.at === 'number'
}
