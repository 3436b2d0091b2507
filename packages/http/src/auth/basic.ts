import type { Setting } from '@xconnector/core'
import { isSetting, readSetting } from '@xconnector/core'
import { isKnown, reveal, type SecretText } from '../config/secret-text.js'
import { settingsIn } from '../config/settings-in.js'
import type { Auth } from './auth.js'

/** A user and a password. */
export interface BasicOptions {
  /** Without colons. May be empty, as some APIs want it. */
  readonly user: string | Setting<string>
  readonly password: SecretText
}

/**
 * Sends `Authorization: Basic …` (RFC 7617): the user, a colon and the password as base64 of UTF-8.
 *
 * @throws TypeError when the user has a colon or a control character, or the password is empty or has a control character:
 * at once for a text, else when it is needed.
 */
export const basic = (options: BasicOptions): Auth => {
  const { user, password } = options
  const read = (
    config: Readonly<Record<string, string>>,
  ): { readonly pair: string; readonly pass: string } => {
    const pass = reveal(password, config, OPTION)
    if (CONTROL.test(pass))
      throw new TypeError(`${OPTION}: expected a password without control characters, got one with them`)
    return { pair: `${checkedUser(readSetting(user, config))}:${pass}`, pass }
  }
  if (!isSetting(user)) checkedUser(user)
  if (isKnown(password)) reveal(password, {}, OPTION)
  if (isKnown(password) && typeof user === 'string') read({})
  return {
    headers: ['authorization'],
    settings: settingsIn([user, password]),
    credentials(config) {
      const { pair, pass } = read(config)
      const encoded = Buffer.from(pair, 'utf8').toString('base64')
      return { headers: { authorization: `Basic ${encoded}` }, secrets: [pass, encoded] }
    },
  }
}

const OPTION = 'basic password'
// RFC 7617, section 2.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x1f\x7f]/

const checkedUser = (user: string): string => {
  if (typeof user === 'string' && !user.includes(':') && !CONTROL.test(user)) return user
  throw new TypeError('basic user: expected a text without colons and control characters')
}
