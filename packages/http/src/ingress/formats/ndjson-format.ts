import type { Format, FormatFlaw, FormatMessage } from '../format.js'
import { atLeastOne } from '../../files/stream-rules.js'
import { jsonReader, type JsonFormatOptions } from './json-format.js'
import { unreadable } from './media-check.js'

/** How lines of JSON are read. */
export interface NdjsonFormatOptions extends JsonFormatOptions {
  /** The most lines. Default 1000. */
  readonly maxMessages?: number
}

/**
 * A body of JSON lines (`application/x-ndjson`, `application/jsonl`): each line that is not blank is a message. They are accepted
 * in one transaction, all or none: the answer has their ids in order, or says which line is wrong. What is too much for one
 * transaction is a file: `hooks.file`, and a flow that reads it row by row.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const ndjsonFormat = (options: NdjsonFormatOptions = {}): Format => {
  const read = jsonReader(options, 'ndjsonFormat')
  const most = atLeastOne(options.maxMessages ?? 1000, 'ndjsonFormat maxMessages')
  return {
    types: TYPES,
    read(head, raw) {
      const wrong = unreadable(head, (type) => TYPES.includes(type), TYPES[0]!)
      if (wrong !== undefined) return wrong
      const messages: FormatMessage[] = []
      let line = 0
      for (const bytes of linesOf(raw)) {
        line++
        if (isBlank(bytes)) continue
        if (messages.length === most) return { status: 400, detail: `expected at most ${most} lines` }
        const found = read(bytes)
        if ('status' in found) return inLine(line, found)
        messages.push(found)
      }
      return { messages, list: true }
    },
  }
}

const TYPES: readonly string[] = [
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
]

const inLine = (line: number, { status, detail, issues }: FormatFlaw): FormatFlaw => ({
  status,
  detail: `line ${line}: ${detail}`,
  ...(issues && { issues: issues.map((i) => ({ ...i, path: [line - 1, ...i.path] })) }),
})

function* linesOf(raw: Buffer): Generator<Buffer, void, void> {
  for (let from = 0; from < raw.length;) {
    const at = raw.indexOf(0x0a, from)
    const end = at === -1 ? raw.length : at
    yield raw.subarray(from, end)
    from = end + 1
  }
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 32 || byte === 9 || byte === 13)
