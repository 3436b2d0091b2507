import { DecodeFailed } from '../failure/decode-failed.js'
import { envelopeOf, type Envelope } from './envelope.js'

/** An entry's stored texts, read; `DecodeFailed` where one of them is no JSON, as of a file that was damaged. */
export const openEntry = (entry: {
  readonly body: string
  readonly envelope?: string
}): { readonly body: unknown; readonly envelope: Envelope } | DecodeFailed => {
  try {
    return { body: JSON.parse(entry.body) as unknown, envelope: envelopeOf(entry) }
  } catch {
    return new DecodeFailed([{ path: [], message: 'the stored entry is not JSON' }])
  }
}
