import type { AnyDecoder } from '../decode/decoder.js'
import { decodeWith } from '../decode/decode-with.js'
import { DecodeFailed } from '../failure/decode-failed.js'
import type { Json, JsonText } from '../message/json.js'
import { stringify } from '../message/storable.js'
import { left, right, type May, type Result } from '../result/result.js'

/** A decoded item, with what tells it from others. */
export interface KnownItem {
  readonly item: unknown
  readonly id: string
  /** As the user's function said; absent without one. */
  readonly version?: string
  /** Epoch milliseconds. */
  readonly time?: number
}

/** What is asked of each item. */
export interface ItemReader {
  readonly decode: AnyDecoder
  id(item: unknown): unknown
  version?(item: unknown): unknown
  time?(item: unknown): unknown
}

/** Decodes an item from its stored form, and asks who it is. An item that cannot say that is poison like any other. */
export const itemReader = (of: ItemReader): ((raw: Json) => May<Result<DecodeFailed, KnownItem>>) => {
  const decode = decodeWith(of.decode)
  const asked = (r: Result<DecodeFailed, unknown>): Result<DecodeFailed, KnownItem> => {
    if (r._tag === 'Left') return r
    const item = r.right
    try {
      return right({
        item,
        id: wanted('id', of.id(item), isText, 'a text that is not empty'),
        ...(of.version && {
          version: String(wanted('version', of.version(item), isVersion, 'a text or a number')),
        }),
        ...(of.time && { time: wanted('time', of.time(item), isTime, 'epoch milliseconds') }),
      })
    } catch (thrown) {
      return left(thrown instanceof DecodeFailed ? thrown : unasked(thrown))
    }
  }
  return (raw) => {
    const said = unstorable(raw)
    if (said !== undefined)
      return left(
        new DecodeFailed([{ path: [], message: `${said} cannot be stored; give its JSON form in fetch` }]),
      )
    const r = decode(raw)
    return r instanceof Promise ? r.then(asked) : asked(r)
  }
}

/** The stored form of an item as `fetch` gave it. What JSON cannot carry becomes a note of what that was. */
export const storedItem = (item: unknown): { readonly raw: Json; readonly text: JsonText } => {
  const s = stringified(item)
  if ('text' in s) return { raw: JSON.parse(s.text) as Json, text: s.text }
  const raw = { [UNSTORABLE]: s.path === '' ? s.type : `${s.path}: ${s.type}` }
  return { raw, text: JSON.stringify(raw) }
}

const UNSTORABLE = 'xconnector/unstorable'

const unstorable = (raw: Json): string | undefined => {
  const said = (raw as { readonly [UNSTORABLE]?: unknown } | null)?.[UNSTORABLE]
  return typeof said === 'string' ? said : undefined
}

const stringified = (item: unknown): ReturnType<typeof stringify> => {
  try {
    return stringify(item)
  } catch (thrown) {
    return {
      path: '',
      type: `what throws ${thrown instanceof Error ? thrown.name : typeof thrown} when read`,
    }
  }
}

const isText = (v: unknown): v is string => typeof v === 'string' && v !== ''
const isTime = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v)
const isVersion = (v: unknown): v is string | number => typeof v === 'string' || isTime(v)

const wanted = <A>(what: string, v: unknown, is: (v: unknown) => v is A, expected: string): A => {
  if (is(v)) return v
  const got = v === '' ? 'an empty one' : v === null ? 'null' : typeof v === 'number' ? String(v) : typeof v
  throw new DecodeFailed([{ path: [], message: `${what} gave ${got}, expected ${expected}` }])
}

const unasked = (thrown: unknown): DecodeFailed => {
  const name = thrown instanceof Error ? thrown.name : typeof thrown
  return new DecodeFailed([{ path: [], message: `id, version or time threw ${name}` }])
}
