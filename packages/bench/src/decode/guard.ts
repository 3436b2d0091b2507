// What is measured is the verdict, before a failure is built: inside the package.
import { decider } from '../../../core/src/decode/decode-with.ts'
import { EntryCodec } from './codec.ts'
import type { Side } from './side.ts'

const decide = decider(EntryCodec)

/** xConnector's compiled guard. */
export const side: Side = (value) => {
  const verdict = decide(value)
  if (verdict instanceof Promise || verdict._tag === 'Right') return 1
  let read = 0
  for (const issue of verdict.left) read += issue.path.join('.').length + issue.message.length
  return read
}
