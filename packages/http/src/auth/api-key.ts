import { isKnown, reveal, type SecretText } from '../config/secret-text.js'
import { settingsIn } from '../config/settings-in.js'
import type { Auth } from './auth.js'

/** Where an API key goes. */
export type ApiKeyOptions =
  | {
      readonly in?: 'header'
      /** The header's name, such as `'x-api-key'`. */
      readonly header: string
      readonly key: SecretText
    }
  | {
      readonly in: 'query'
      /** The query parameter's name, such as `'api_key'`. */
      readonly parameter: string
      readonly key: SecretText
    }

/**
 * Sends an API key in a header, or in a query parameter where the API takes it nowhere else: URLs end up in the logs of
 * servers and proxies, so prefer a header. Failures, logs and previews show neither.
 *
 * @throws TypeError when the name cannot be sent, or the key is empty: at once for a text, else when it is needed.
 */
export const apiKey = (options: ApiKeyOptions): Auth => {
  const { key } = options
  if (options.in !== undefined && options.in !== 'header' && options.in !== 'query')
    throw new TypeError(
      `apiKey in: expected 'header' or 'query', got ${JSON.stringify((options as { in: unknown }).in)}`,
    )
  const settings = settingsIn([key])
  if (options.in === 'query') {
    const { parameter } = options
    if (typeof parameter !== 'string' || parameter === '')
      throw new TypeError(`apiKey parameter: expected a name, got ${JSON.stringify(parameter)}`)
    if (isKnown(key)) reveal(key, {}, OPTION)
    return {
      headers: [],
      query: [parameter],
      settings,
      credentials(config) {
        const text = reveal(key, config, OPTION)
        return { headers: {}, query: { [parameter]: text }, secrets: [text] }
      },
    }
  }
  const header = (typeof options.header === 'string' ? options.header : '').toLowerCase()
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(header))
    throw new TypeError(`apiKey header: expected a header name, got ${JSON.stringify(options.header)}`)
  if (isKnown(key)) reveal(key, {}, OPTION)
  return {
    headers: [header],
    settings,
    credentials(config) {
      const text = reveal(key, config, OPTION)
      return { headers: { [header]: text }, secrets: [text] }
    },
  }
}

const OPTION = 'apiKey key'
