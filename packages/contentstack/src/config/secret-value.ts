import { isSetting, readSetting, type Secret, type Setting } from '@xconnector/core'
import type { SecretText } from '@xconnector/http'

/** Whether a secret text is known before a runtime starts. */
export const isKnown = (from: SecretText): from is string | Secret => !isSetting(from)

/** The settings among some secret texts: what a runtime checks at start. */
export const settingsIn = (options: readonly unknown[]): readonly Setting<unknown>[] =>
  options.filter(isSetting)

/**
 * The text in a secret text, under a configuration.
 *
 * @throws TypeError naming `option`, never the value, when it is empty or blank.
 */
export const reveal = (
  from: SecretText,
  config: Readonly<Record<string, string>>,
  option: string,
): string => {
  const value = isKnown(from) ? from : readSetting<string | Secret>(from, config)
  const text = typeof value === 'string' ? value : value?.reveal()
  if (typeof text !== 'string' || text.trim() === '')
    throw new TypeError(`${option}: expected a text that is not empty${placeOf(from)}`)
  return text
}

const placeOf = (from: SecretText): string => (isSetting(from) ? ` in the variable ${from.variable}` : '')
