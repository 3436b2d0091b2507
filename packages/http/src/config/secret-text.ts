import { isSetting, readSetting, type Secret, type Setting } from '@xconnector/core'

// eslint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/

/** A secret text: plain, masked, or read from configuration when a runtime starts. */
export type SecretText = string | Secret | Setting<string> | Setting<Secret>

/** Whether a secret text is known before a runtime starts: options that are can be checked at once. */
export const isKnown = (from: SecretText): from is string | Secret => !isSetting(from)

/** The text in a secret text, under a configuration, whatever it is. */
export const textIn = (from: SecretText, config: Readonly<Record<string, string>>): string => {
  const value = isKnown(from) ? from : readSetting<string | Secret>(from, config)
  if (typeof value === 'string') return value
  // Not what the types allow: whoever asks names the option, and says so.
  return typeof (value as Partial<Secret> | null | undefined)?.reveal === 'function' ? value.reveal() : ''
}

/** Where a secret came from, to stand behind the name of its option in a message; empty where nobody said. */
export const placeOf = (from: SecretText): string => {
  if (typeof from !== 'object' || from === null) return ''
  if (!isKnown(from)) return ` from the variable ${from.variable}`
  // What a secret is labelled when it is given no name.
  return from.label === undefined || from.label === 'secret' ? '' : ` from ${from.label}`
}

/**
 * The text in a secret text, under a configuration: for an `Auth` or a `Verifier` of your own. `option` is named in messages,
 * the value never is.
 *
 * @throws TypeError naming `option`, and the variable that it came from, when it is empty or blank; or when a
 * variable's has a line break or another control character, which no header carries.
 */
export const reveal = (
  from: SecretText,
  config: Readonly<Record<string, string>>,
  option: string,
): string => {
  const text = textIn(from, config)
  if (typeof text !== 'string' || text.trim() === '')
    throw new TypeError(`${option}: expected a secret, got ${gotOf(from)}${placeOf(from)}`)
  // What stands in the code is told of where it is sent; here only a variable has a name to tell.
  if (!isKnown(from) && CONTROL.test(text))
    throw new TypeError(
      `${option}: expected a secret of one line, got one with a control character${placeOf(from)}; take the line break off its end`,
    )
  return text
}

// Never the value: it may hold the secret.
const gotOf = (from: unknown): string =>
  typeof from === 'string' ||
  (typeof from === 'object' && from !== null && ('reveal' in from || isSetting(from)))
    ? 'an empty text'
    : from === null
      ? 'null'
      : typeof from
