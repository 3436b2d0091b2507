import { readSetting, type Secret, type Setting } from '@xconnector/core'

/** A secret text: plain, masked, or read from configuration when a runtime starts. */
export type SecretText = string | Secret | Setting<string> | Setting<Secret>

/** Whether it is known before a runtime starts. */
export const isKnown = (from: SecretText): from is string | Secret =>
  typeof from === 'string' || 'reveal' in from

/**
 * The text itself.
 *
 * @throws TypeError naming `option` when it is empty or blank.
 */
export const reveal = (
  from: SecretText,
  config: Readonly<Record<string, string>>,
  option: string,
): string => {
  const value = isKnown(from) ? from : readSetting<string | Secret>(from, config)
  const text = typeof value === 'string' ? value : value.reveal()
  if (typeof text !== 'string' || text.trim() === '')
    throw new TypeError(`${option}: expected a secret, got an empty text${placeOf(from)}`)
  return text
}

const placeOf = (from: SecretText): string =>
  typeof from === 'object' && 'variable' in from ? ` from the variable ${from.variable}` : ''
