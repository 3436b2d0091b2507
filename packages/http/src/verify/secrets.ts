import { isKnown, placeOf, reveal, type SecretText } from '../config/secret-text.js'
import { settingsIn } from '../config/settings-in.js'
import type { May } from '@xconnector/core'
import type { BodyCheck, SignedHead, SignedRequest, Verified, Verifier } from './verifier.js'

/** The secrets of a verifier. Either `secret` or `secrets` is needed. */
export interface SecretOptions {
  readonly secret?: SecretText
  /** Several, while one is being rotated out: any of them may have signed. */
  readonly secrets?: readonly SecretText[]
}

/** What makes a verifier of secrets. */
export interface Keyed<K> {
  readonly name: string
  /** Of the verifier, as it stands in messages: `'github secret'`. */
  readonly option: string
  readonly secrets: readonly SecretText[]
  /** The key in a secret's text. Throws a TypeError that names `option`, never the secret. */
  keyOf(text: string, option: string): K
  verify(keys: readonly K[], request: SignedRequest): May<Verified>
  /** Of a verifier that can look at a body as it goes by. */
  begin?(keys: readonly K[], head: SignedHead): May<Verified | BodyCheck>
  /** Whether it can with these keys. Left out: with any. */
  streams?(keys: readonly K[]): boolean
}

/**
 * The secrets of a verifier's options, of which there must be one.
 *
 * @throws TypeError when there is none.
 */
export const secretsOf = (verifier: string, options: SecretOptions): readonly SecretText[] => {
  const secrets = options.secrets ?? (options.secret === undefined ? [] : [options.secret])
  if (secrets.length === 0) throw new TypeError(`${verifier}: expected \`secret\` or \`secrets\``)
  return secrets
}

/**
 * A verifier whose keys are made of its secrets: at once where all are known, else when a runtime starts. Those that are
 * known are checked at once in either case.
 */
export const keyedVerifier = <K>(keyed: Keyed<K>): Verifier => {
  const { name, option, secrets, keyOf, verify, begin, streams = () => true } = keyed
  const key = (secret: SecretText, config: Readonly<Record<string, string>>): K =>
    keyOf(reveal(secret, config, option), option + placeOf(secret))
  const started = (config: Readonly<Record<string, string>>): Verifier => {
    const keys = secrets.map((s) => key(s, config))
    return {
      name,
      verify: (request) => verify(keys, request),
      ...(begin && streams(keys) && { begin: (head) => begin(keys, head) }),
    }
  }
  if (secrets.every(isKnown)) return started({})
  for (const s of secrets) if (isKnown(s)) key(s, {})
  return {
    name,
    settings: settingsIn(secrets),
    start: started,
    verify: (request) => started({}).verify(request),
    ...(begin && { begin: (head) => started({}).begin!(head) }),
  }
}
