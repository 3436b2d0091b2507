import { isCredential, MASK, withoutCredentials } from '../failure/credentials.js'

/**
 * Headers as they may be shown: what a name says is a credential (`authorization`, `cookie`, `x-api-key`, anything with
 * `token`, `secret` or `signature` in it, …) is masked, and so is what looks like one in the others.
 */
export const maskedHeaders = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      isCredential(name) ? MASK : withoutCredentials(String(value)),
    ]),
  )
