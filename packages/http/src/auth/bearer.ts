import type { May, Secret } from '@xconnector/core'
import { isKnown, reveal, type SecretText } from '../config/secret-text.js'
import { settingsIn } from '../config/settings-in.js'
import type { Auth, Credentials } from './auth.js'

/**
 * Sends `Authorization: Bearer …` (RFC 6750). The token is a text, a `Secret`, a setting that is read when it is needed,
 * or a function that is asked before each call.
 *
 * @throws TypeError when the token is empty: at once for a text, else when it is needed.
 */
export const bearer = (token: SecretText | (() => May<string | Secret>)): Auth => {
  if (typeof token !== 'function' && isKnown(token)) reveal(token, {}, OPTION)
  return {
    headers: ['authorization'],
    settings: settingsIn([token]),
    credentials(config) {
      if (typeof token !== 'function') return authorization(reveal(token, config, OPTION))
      const given = token()
      return given instanceof Promise
        ? given.then((t) => authorization(reveal(t, config, OPTION)))
        : authorization(reveal(given, config, OPTION))
    },
  }
}

const OPTION = 'bearer token'

const authorization = (token: string): Credentials => ({
  headers: { authorization: `Bearer ${token}` },
  secrets: [token],
})
