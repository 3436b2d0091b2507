import { lookupLanguage } from './language.js'

/** Where a request says which locale it wants. */
export type LocaleSource =
  | 'path'
  | 'accept-language'
  | { readonly cookie: string }
  | { readonly header: string }
  | { readonly query: string }

/** How the locale of a request is found. */
export interface LocaleOptions {
  /** Language tags (BCP 47), such as `'en'` and `'de-CH'`. */
  readonly supported: readonly string[]
  /** What is taken where a request says nothing that is supported. Must be one of `supported`. */
  readonly default: string
  /**
   * Where to look, in this order; the first that names a supported locale wins. `'path'`: the first segment, which is taken
   * off before routes are matched. Default `['path', 'accept-language']`.
   */
  readonly from?: readonly LocaleSource[]
}

/** What of a request a locale is found in. */
export interface LocaleRequest {
  readonly path: string
  readonly query: string
  header(name: string): string | undefined
}

/** The locale of a request. */
export interface LocaleFound {
  readonly locale: string
  /** The path to match: without the locale's segment, where that is where it was found. */
  readonly path: string
  /** The request headers that were looked at: caches in front of the gateway must know (`Vary`). */
  readonly vary: readonly string[]
}

/** Finds locales by the options, which are checked already. */
export const localeFinder = (options: LocaleOptions): ((request: LocaleRequest) => LocaleFound) => {
  const { supported, from = ['path', 'accept-language'] } = options
  const exact = new Map(supported.map((tag) => [tag.toLowerCase(), tag]))
  return (request) => {
    const vary: string[] = []
    for (const source of from) {
      if (source === 'path') {
        const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(request.path) ?? []
        const locale = exact.get(first.toLowerCase())
        if (locale !== undefined) return { locale, path: rest === '' ? '/' : rest, vary }
        continue
      }
      const locale = named(source, request, exact, supported, vary)
      if (locale !== undefined) return { locale, path: request.path, vary }
    }
    return { locale: options.default, path: request.path, vary }
  }
}

const named = (
  source: Exclude<LocaleSource, 'path'>,
  request: LocaleRequest,
  exact: ReadonlyMap<string, string>,
  supported: readonly string[],
  vary: string[],
): string | undefined => {
  if (source === 'accept-language') {
    vary.push('accept-language')
    return lookupLanguage(request.header('accept-language') ?? '', supported)
  }
  if ('query' in source)
    return exact.get((new URLSearchParams(request.query).get(source.query) ?? '').toLowerCase())
  if ('header' in source) {
    const name = source.header.toLowerCase()
    vary.push(name)
    return exact.get((request.header(name) ?? '').trim().toLowerCase())
  }
  vary.push('cookie')
  return exact.get(cookie(request.header('cookie') ?? '', source.cookie).toLowerCase())
}

const cookie = (header: string, name: string): string => {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return ''
}
