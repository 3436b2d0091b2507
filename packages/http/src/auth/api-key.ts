import { isKnown, reveal, type SecretText } from '../config/secret-text.js'
import { settingsIn } from '../config/settings-in.js'
import type { Auth } from './auth.js'

/**
 * Sends an API key in a header.
 *
 * @param options.header its name, such as `'x-api-key'`
 * @throws TypeError when the key is empty: at once for a text, else when it is needed.
 */
export const apiKey = (options: { readonly header: string; readonly key: SecretText }): Auth => {
  const header = options.header.toLowerCase()
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(header))
    throw new TypeError(`apiKey header: expected a header name, got ${JSON.stringify(options.header)}`)
  if (isKnown(options.key)) reveal(options.key, {}, OPTION)
  return {
    headers: [header],
    settings: settingsIn([options.key]),
    credentials(config) {
      const key = reveal(options.key, config, OPTION)
      return { headers: { [header]: key }, secrets: [key] }
    },
  }
}

const OPTION = 'apiKey key'
