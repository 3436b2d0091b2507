import { checkMade } from '../message/check-made.js'
import { ConfigInvalid } from '../failure/config-invalid.js'
import type { Reader } from './reader.js'
import { setting, type Setting } from './setting.js'

/** Where variables come from: `process.env`, or an object. An empty text counts as missing. */
export type ConfigSource = Readonly<Record<string, string | undefined>>

/** The settings that a shape gives: one for each of its names. */
export type Config<S extends Readonly<Record<string, Reader<unknown>>>> = {
  readonly [V in keyof S]: S[V] extends Reader<infer A> ? Setting<A> : never
}

/**
 * Names the variables a service is configured by. Reads nothing yet: each setting is read when it is used, and all are
 * checked together when a runtime starts.
 *
 * @example
 * const env = config({ SITE_URL: url, SITE_TOKEN: secret, RETRIES: optional(integer, 3) })
 */
export const config = <const S extends Readonly<Record<string, Reader<unknown>>>>(
  shape: S,
  source: ConfigSource = process.env,
): Config<S> => {
  if (typeof shape !== 'object' || shape === null)
    throw new TypeError(
      `config: shape: expected { VARIABLE: reader }, got ${shape === null ? 'null' : typeof shape}`,
    )
  if (typeof source !== 'object' || source === null)
    throw new TypeError(`config: source: expected an object of texts, got ${typeof source}`)
  return Object.freeze(
    Object.fromEntries(
      Object.entries(shape).map(([variable, reader]) => {
        checkMade(`config: ${variable}`, 'a reader, such as text or secret', reader, 'read')
        return [variable, made(variable, reader, source)]
      }),
    ),
  ) as Config<S>
}

const made = <A>(variable: string, reader: Reader<A>, source: ConfigSource): Setting<A> =>
  setting(variable, (overrides) => {
    const from: ConfigSource =
      overrides !== undefined && Object.hasOwn(overrides, variable) ? overrides : source
    const text = Object.hasOwn(from, variable) ? from[variable] : undefined
    const result = reader.read(text, variable)
    if (result._tag === 'Right') return result.right
    const missing = text === undefined || text === ''
    throw new ConfigInvalid([{ variable, expected: result.left, missing }])
  })
