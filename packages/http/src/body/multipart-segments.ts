import { stringifyJson } from '../json/stringify-json.js'
import { contentType } from './content-type.js'
import { formText, wellFormed } from './form.js'
import type { FilePart, Part } from './multipart.js'

/** What a multipart body is made of: bytes that are at hand, and files that have yet to be opened. */
export type Segment = Buffer | FilePart

/** The segments of a body, and its length if all lengths are known. */
export interface MultipartSegments {
  readonly list: readonly Segment[]
  readonly length: number | undefined
}

/**
 * The segments of some parts.
 *
 * @throws TypeError that names the part, for one that cannot be sent as it is.
 */
export const segmentsOf = (parts: readonly Part[], boundary: string): MultipartSegments => {
  if (!Array.isArray(parts)) throw new TypeError(`multipart: expected a list of parts, got ${typeof parts}`)
  const list: Segment[] = []
  let head = ''
  parts.forEach((part: Part, i: number) => {
    const at = `multipart part ${i + 1}`
    head += `--${boundary}\r\n${headOf(part, at)}\r\n`
    if ('open' in part) {
      list.push(Buffer.from(head), checkedFile(part, at))
      head = '\r\n'
    } else if ('content' in part) {
      if (!(part.content instanceof Uint8Array))
        throw new TypeError(`${at} content: expected a Uint8Array, got ${typeof part.content}`)
      const { buffer, byteOffset, byteLength } = part.content
      list.push(Buffer.from(head), Buffer.from(buffer, byteOffset, byteLength))
      head = '\r\n'
    } else head += `${textOf(part, at)}\r\n`
  })
  list.push(Buffer.from(`${head}--${boundary}--\r\n`))
  const lengths = list.map((segment) => segment.length)
  return {
    list,
    length: lengths.includes(undefined) ? undefined : (lengths as number[]).reduce((sum, n) => sum + n, 0),
  }
}

const headOf = (part: Part, at: string): string => {
  const { name } = part
  if (typeof name !== 'string') throw new TypeError(`${at} name: expected a text, got ${typeof name}`)
  const file = 'filename' in part ? part.filename : undefined
  if (file !== undefined && typeof file !== 'string')
    throw new TypeError(`${at} filename: expected a text, got ${typeof file}`)
  const filename = file === undefined ? '' : `; filename="${escaped(file, at)}"`
  const type = contentType(part.type, typeByDefault(part), at)
  return (
    `Content-Disposition: form-data; name="${escaped(name, at)}"${filename}\r\n` +
    (type === '' ? '' : `Content-Type: ${type}\r\n`)
  )
}

const typeByDefault = (part: Part): string =>
  'value' in part ? '' : 'json' in part ? 'application/json' : 'application/octet-stream'

// The HTML standard, "multipart/form-data encoding algorithm".
const ESCAPES: Readonly<Record<string, string>> = { '\n': '%0A', '\r': '%0D', '"': '%22' }

const escaped = (name: string, at: string): string =>
  wellFormed(name, name, at).replace(/[\n\r"]/g, (c) => ESCAPES[c]!)

const textOf = (part: Part, at: string): string => {
  if ('json' in part) return stringifyJson(part.json, 'text', `${at} json`)
  if ('value' in part) return wellFormed(formText(part.value, part.name, at), part.name, at)
  throw new TypeError(`${at}: expected one of value, json, content and open`)
}

const checkedFile = (part: FilePart, at: string): FilePart => {
  if (typeof part.open !== 'function')
    throw new TypeError(`${at} open: expected a function that opens a stream, got ${typeof part.open}`)
  const { length } = part
  if (length !== undefined && (!Number.isSafeInteger(length) || length < 0))
    throw new TypeError(`${at} length: expected a number of bytes, 0 or more, got ${String(length)}`)
  return part
}
