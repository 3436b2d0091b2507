import { readLines } from '@xconnector/example-kit/read-lines'
import { filesIn } from '../shared/files.ts'
import type { AcknowledgementLine, RequestLine } from '../shared/lines.ts'
import { SYSTEMS, type SystemName } from '../shared/systems.ts'
import { readBooks, type Books } from './books.ts'

/** All that the checker knows: what others wrote down, and the journal's file. */
export interface Evidence {
  /** The first acknowledgement of each webhook, by its id. */
  readonly acknowledged: ReadonlyMap<string, AcknowledgementLine>
  /** In the order in which they were answered. */
  readonly requests: Readonly<Record<SystemName, readonly RequestLine[]>>
  readonly books: Books
}

export const readEvidence = async (folder: string): Promise<Evidence> => {
  const files = filesIn(folder)
  const acknowledged = new Map<string, AcknowledgementLine>()
  for (const line of await readLines<AcknowledgementLine>(files.acknowledgements))
    if (!acknowledged.has(line.id)) acknowledged.set(line.id, line)
  const requests: Partial<Record<SystemName, readonly RequestLine[]>> = {}
  for (const system of SYSTEMS) requests[system] = await readLines<RequestLine>(files.requests(system))
  return { acknowledged, requests: requests as Evidence['requests'], books: readBooks(files.journal) }
}
