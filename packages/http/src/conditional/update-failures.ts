import type { Answered } from '../client/answered.js'
import { BadResponse } from '../failure/bad-response.js'
import { Conflict } from '../failure/conflict.js'
import type { PreconditionFailed } from '../failure/precondition-failed.js'

/** What was read has no strong `ETag`. */
export const untagged = (
  read: { readonly name: string },
  client: { readonly destination: { readonly name: string } },
  path: string,
  { status }: Answered<unknown>,
): BadResponse =>
  new BadResponse(
    {
      kind: 'permanent',
      facts: {
        destination: client.destination.name,
        target: read.name,
        method: 'GET',
        path,
        durationMs: 0,
        status,
      },
      what: 'was answered without a strong ETag, so that no update of it is safe: nothing was written',
    },
    'no-etag',
  )

/** Others were faster, again and again. */
export const contended = (failure: PreconditionFailed, attempts: number): Conflict => {
  const { destination, target, method, path, durationMs, status } = failure
  return new Conflict({
    kind: 'transient',
    facts: { destination, target, method, path, durationMs, ...(status !== undefined && { status }) },
    what: `found it changed by others ${attempts} times in a row`,
  })
}
