import { checkMade } from '../config/check-option.js'
import type { May } from '@xconnector/core'
import type { Auth, AuthCall, Credentials, Unsigned } from './auth.js'

/**
 * Several ways of authentication at once, such as an API key and a signature. Each is asked in turn; a signer sees the
 * headers of those before it. A 401 is told to each that can renew its own.
 *
 * @throws TypeError when there are none, or when two of them set the same header or query parameter.
 */
export const all = (...auths: readonly Auth[]): Auth => {
  if (auths.length === 0) throw new TypeError('all: expected one auth or more, got none')
  for (const auth of auths) checkMade('all', 'an auth, such as bearer(token)', auth, 'credentials')
  const headers = unique(auths, 'header', (a) => a.headers)
  const query = unique(auths, 'query parameter', (a) => a.query ?? [])
  // What each gave, by what they gave together: a 401 is about both.
  const parts = new WeakMap<Credentials, readonly Credentials[]>()
  const renewing = auths.some((a) => a.renew !== undefined)
  const signing = auths.some((a) => a.sign !== undefined)
  const together = (given: readonly Credentials[]): Credentials => {
    const whole = merged(given)
    if (renewing) parts.set(whole, given)
    return whole
  }
  return {
    headers,
    ...(query.length > 0 && { query }),
    settings: auths.flatMap((a) => a.settings ?? []),
    credentials(config, call) {
      const from = (at: number, given: readonly Credentials[]): May<Credentials> => {
        const auth = auths[at]
        if (auth === undefined) return together(given)
        const one = auth.credentials(config, call)
        return one instanceof Promise
          ? one.then((c) => from(at + 1, [...given, c]))
          : from(at + 1, [...given, one])
      }
      return from(0, [])
    },
    ...(renewing && {
      async renew(refused: Credentials, config: Readonly<Record<string, string>>, call: AuthCall) {
        let renewed = false
        for (const [i, given] of (parts.get(refused) ?? []).entries())
          if ((await auths[i]!.renew?.(given, config, call)) === true) renewed = true
        return renewed
      },
    }),
    ...(signing && {
      async sign(request: Unsigned, config: Readonly<Record<string, string>>, call: AuthCall) {
        const given: Credentials[] = []
        let signed = request
        for (const auth of auths) {
          const more = await auth.sign?.(signed, config, call)
          if (more === undefined) continue
          given.push(more)
          signed = { ...signed, headers: { ...signed.headers, ...more.headers } }
        }
        return merged(given)
      },
    }),
  }
}

const merged = (given: readonly Credentials[]): Credentials => {
  const query = given.some((c) => c.query !== undefined)
  return {
    headers: Object.assign({}, ...given.map((c) => c.headers)) as Record<string, string>,
    ...(query && { query: Object.assign({}, ...given.map((c) => c.query)) as Record<string, string> }),
    secrets: given.flatMap((c) => c.secrets),
  }
}

const unique = (
  auths: readonly Auth[],
  what: string,
  names: (auth: Auth) => readonly string[],
): readonly string[] => {
  const found = auths.flatMap((a) => [...new Set(names(a))])
  const twice = found.find((name, i) => found.indexOf(name) !== i)
  if (twice !== undefined) throw new TypeError(`all: two of them set the ${what} "${twice}"`)
  return found
}
