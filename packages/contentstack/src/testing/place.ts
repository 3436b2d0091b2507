import type { FakeSettings } from './options.js'
import { digest } from './uids.js'

/** An environment as events and publish details name it. */
export interface FakeEnvironment {
  readonly uid: string
  readonly name: string
  readonly urls: readonly { readonly locale: string; readonly url: string }[]
}

/** Where something is published: what is left out is the first environment, the master locale, the newest version. */
export interface Place {
  readonly environment?: string
  readonly locale?: string
  readonly version?: number
}

/** The environment of that name. @throws TypeError when the stack has none. */
export const environmentOf = (
  settings: FakeSettings,
  name: string = settings.environments[0]!,
): FakeEnvironment => {
  if (!settings.environments.includes(name))
    throw new TypeError(`fakeStack: no environment "${name}"; known: ${settings.environments.join(', ')}`)
  return {
    uid: `blt${digest(`environment/${name}`).slice(0, 16)}`,
    name,
    urls: settings.locales.map((locale) => ({ locale, url: `https://${name}.example` })),
  }
}

/** The locale of that code. @throws TypeError when the stack has none. */
export const localeOf = (settings: FakeSettings, code: string = settings.locales[0]!): string => {
  if (settings.locales.includes(code)) return code
  throw new TypeError(`fakeStack: no locale "${code}"; known: ${settings.locales.join(', ')}`)
}
