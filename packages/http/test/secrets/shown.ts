import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { inspect } from 'node:util'
import { failureToJson, isFailure } from '@xconnector/core'

const text = (f: () => unknown): string => {
  try {
    return String(f())
  } catch {
    return ''
  }
}

const consoled = (value: unknown): string => {
  let out = ''
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      out += chunk.toString()
      done()
    },
  })
  new Console(stream, stream).error(value)
  return out
}

/** All the ways in which a value may come to be seen by somebody: printed, stored, logged, thrown, and its causes likewise. */
export const shown = (value: unknown, depth = 0): string => {
  const ways = [
    inspect(value, { depth: Infinity, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    text(() => JSON.stringify(value)),
    text(() => String(value)),
    consoled(value),
  ]
  if (value instanceof Error) {
    ways.push(
      value.message,
      value.stack ?? '',
      text(() => JSON.stringify(Object.entries(value))),
    )
    if (isFailure(value)) ways.push(text(() => JSON.stringify(failureToJson(value))))
    if (depth < 8) ways.push(shown(value.cause, depth + 1))
  }
  return ways.join('\n')
}
