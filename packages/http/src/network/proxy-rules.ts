import { isKnown, reveal, textIn, type SecretText } from '../config/secret-text.js'
import { hostMatcher, hostMatcherOf } from './host-matcher.js'
import { isLoopbackHost } from './loopback-host.js'
import { NetworkFault } from './network-fault.js'
import type { ProxyOptions, ProxySource } from './network-options.js'

/** A proxy to connect through. */
export interface Proxy {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** The value of `Proxy-Authorization`. Secret. */
  readonly authorization?: string
}

/** The proxy for a host, or none. Throws a `NetworkFault` where its address makes no sense. */
export type ProxyRules = (secure: boolean, host: string, port: number) => Proxy | undefined

/** Variables of the environment. */
export type Variables = Readonly<Record<string, string | undefined>>

type Config = Readonly<Record<string, string>>

/**
 * Rules by an option. What is a setting is read when the rules are made: they are made once for each configuration.
 *
 * @throws TypeError for an option that makes no sense; it never quotes credentials.
 */
export const proxyRules = (
  source: ProxySource,
  at: string,
  variables: Variables,
): ((config: Config) => ProxyRules) => {
  if (source === false) return () => () => undefined
  if (source === 'env') {
    const rules = environmentRules(variables)
    return () => rules
  }
  const options = optionsOf(source, at)
  const option = `${at} proxy`
  const except = hostMatcher(options.except ?? [], `${option}.except`)
  if (isKnown(options.url)) proxyOf(reveal(options.url, {}, option), option)
  return (config) => {
    const proxy = withCredentials(
      proxyOf(reveal(options.url, config, option), option),
      options,
      config,
      option,
    )
    return (_, host, port) =>
      (options.loopback !== true && isLoopbackHost(host)) || except(host, port) ? undefined : proxy
  }
}

const optionsOf = (source: SecretText | ProxyOptions, at: string): ProxyOptions => {
  if (typeof source === 'object' && source !== null && 'url' in source) return source
  if (typeof source === 'string' || (typeof source === 'object' && source !== null)) return { url: source }
  throw new TypeError(`${at} proxy: expected 'env', false, a URL or options, got ${typeof source}`)
}

const environmentRules = (variables: Variables): ProxyRules => {
  const of = (name: string): string | undefined =>
    variables[name.toLowerCase()] || variables[name.toUpperCase()] || undefined
  // A CGI server puts a request's header `Proxy` there (CVE-2016-5385).
  const plain =
    variables['http_proxy'] || (variables['REQUEST_METHOD'] === undefined ? variables['HTTP_PROXY'] : '')
  const found = { http: plain || of('ALL_PROXY'), https: of('HTTPS_PROXY') || of('ALL_PROXY') }
  if (!found.http && !found.https) return () => undefined
  const except = hostMatcherOf(of('NO_PROXY') ?? '')
  return (secure, host, port) => {
    const url = secure ? found.https : found.http
    if (!url || isLoopbackHost(host) || except(host, port)) return undefined
    try {
      return proxyOf(url.includes('://') ? url : `http://${url}`, 'proxy')
    } catch {
      throw new NetworkFault('PROXY_SETTINGS')
    }
  }
}

const proxyOf = (text: string, option: string): Proxy => {
  // The text may hold credentials: no message quotes it.
  if (!URL.canParse(text)) throw new TypeError(`${option}: expected an http or https URL`)
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text)
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError(`${option}: expected an http or https URL, got one of ${protocol}`)
  if ((pathname !== '/' && pathname !== '') || search !== '' || hash !== '')
    throw new TypeError(`${option}: expected a URL without path, query and fragment`)
  const secure = protocol === 'https:'
  return {
    secure,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    ...((username !== '' || password !== '') && {
      authorization: basic(decoded(username), decoded(password)),
    }),
  }
}

const withCredentials = (proxy: Proxy, options: ProxyOptions, config: Config, option: string): Proxy => {
  if (options.user === undefined && options.password === undefined) return proxy
  const user = options.user === undefined ? '' : textIn(options.user, config)
  if (user.includes(':')) throw new TypeError(`${option}.user: expected a name without a colon`)
  const password = options.password === undefined ? '' : textIn(options.password, config)
  return { ...proxy, authorization: basic(user, password) }
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
