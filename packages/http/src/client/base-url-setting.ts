import { ConfigInvalid, isSetting, setting, type Setting } from '@xconnector/core'
import { baseOf, type BaseUrl } from './base-url.js'

/**
 * The settings of a base URL, as a runtime checks them at start: a URL that no call could be made to, such as `http` to another
 * machine, is said then, beside all else that is wrong with the configuration.
 */
export const baseUrlSettings = (
  from: BaseUrl,
  at: string,
  plaintext: boolean,
): readonly Setting<unknown>[] => {
  if (!isSetting(from)) return []
  const { variable } = from
  return [
    setting(variable, (overrides) => {
      const value: unknown = from.read(overrides)
      try {
        baseOf(from, overrides ?? {}, at, plaintext)
      } catch (thrown) {
        const expected = thrown instanceof Error ? thrown.message : 'a base URL'
        throw new ConfigInvalid([{ variable, expected: `a base URL (${expected})`, missing: false }])
      }
      return value
    }),
  ]
}
