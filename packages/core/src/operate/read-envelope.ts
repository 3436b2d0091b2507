import type { Json } from '../message/json.js'

/** What travels with an entry, as far as people are told of it. */
export interface ReadEnvelope {
  readonly version: number
  readonly source: string
  readonly type: string
  /** Epoch milliseconds. */
  readonly time: number
  readonly headers: Readonly<Record<string, string>>
  readonly causation?: string
  readonly correlation?: string
  readonly traceparent?: string
}

/** Reads an envelope as it is stored. What cannot be read, or was left out, comes out empty: nobody may fail to look. */
export const readEnvelope = (text: string | undefined): ReadEnvelope => {
  const e = parsed(text)
  const say = (name: 'causation' | 'correlation' | 'traceparent'): Partial<ReadEnvelope> =>
    typeof e[name] === 'string' ? { [name]: e[name] } : {}
  return {
    version: typeof e['v'] === 'number' ? e['v'] : 1,
    source: textOf(e['source']),
    type: textOf(e['type']),
    time: typeof e['time'] === 'number' ? e['time'] : 0,
    headers: headersOf(e['headers']),
    ...say('causation'),
    ...say('correlation'),
    ...say('traceparent'),
  }
}

const parsed = (text: string | undefined): Readonly<Record<string, Json>> => {
  try {
    const json = JSON.parse(text ?? '{}') as Json
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as { readonly [name: string]: Json })
      : {}
  } catch {
    return {}
  }
}

const headersOf = (json: Json | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries((json ?? {}) as Record<string, Json>).filter(
      (one): one is [string, string] => typeof one[1] === 'string',
    ),
  )

const textOf = (json: Json | undefined): string => (typeof json === 'string' ? json : '')
