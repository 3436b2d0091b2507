import { isKnownSecret, revealSecret, settingsIn, type Auth, type SecretText } from '@xconnector/http'

/** What a call of a stack's API authenticates with. */
export interface StackAuthOptions {
  readonly apiKey: SecretText
  readonly token: SecretText
  /** The header that carries the token, bare: `authorization` (management), `access_token` (delivery). */
  readonly header: 'authorization' | 'access_token'
  /** The option that gave the token: named when it is empty. */
  readonly option: string
}

/**
 * Authenticates as Contentstack's APIs want it: the stack's `api_key`, and a token in a header of its own, without
 * `Bearer`. Both are secret to failures, logs and previews.
 *
 * @throws TypeError when one of them is empty: at once for a text, else when it is needed.
 */
export const stackAuth = ({ apiKey, token, header, option }: StackAuthOptions): Auth => {
  if (isKnownSecret(apiKey)) revealSecret(apiKey, {}, API_KEY)
  if (isKnownSecret(token)) revealSecret(token, {}, option)
  return {
    headers: ['api_key', header],
    settings: settingsIn([apiKey, token]),
    credentials(config) {
      const key = revealSecret(apiKey, config, API_KEY)
      const text = revealSecret(token, config, option)
      return { headers: { api_key: key, [header]: text }, secrets: [text, key] }
    },
  }
}

const API_KEY = 'contentstack apiKey'
