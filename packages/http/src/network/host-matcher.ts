import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { bareHost } from './loopback-host.js'

/**
 * Whether a host and port are among some: `host`, `host:8443`, `.example.com` and `*.example.com` for the domain and all below it,
 * `10.0.0.0/8`, `[::1]:80`, `*` for all. Names without regard to case. What `NO_PROXY` holds.
 *
 * @throws TypeError naming `option` for an entry that is none of these.
 */
export const hostMatcher = (
  entries: readonly string[],
  option: string,
): ((host: string, port: number) => boolean) => {
  const tests = entries.map((entry) => {
    const test = testOf(entry)
    if (test === undefined)
      throw new TypeError(`${option}: expected a host, a domain or a network, got ${JSON.stringify(entry)}`)
    return test
  })
  return (host, port) => {
    const name = bareHost(host).toLowerCase().replace(/\.$/, '')
    return tests.some((test) => test(name, port))
  }
}

/** The same from a list in a text, by commas or spaces; entries that make no sense match nothing. */
export const hostMatcherOf = (list: string): ((host: string, port: number) => boolean) => {
  const entries = list.split(/[\s,]+/).filter((entry) => testOf(entry) !== undefined)
  return hostMatcher(entries, 'NO_PROXY')
}

type Test = (name: string, port: number) => boolean

const testOf = (entry: string): Test | undefined => {
  if (typeof entry !== 'string' || entry === '') return undefined
  const text = entry.toLowerCase()
  if (text === '*') return () => true
  if (text.includes('/')) return networkTest(text)
  const [, host, port] =
    /^(\[[0-9a-f:.]+\]|[^:[\]/]+|[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*)(?::(\d{1,5}))?$/.exec(text) ?? []
  if (host === undefined) return undefined
  const byName = nameTest(bareHost(host))
  if (byName === undefined || port === undefined) return byName
  const only = Number(port)
  return (name, at) => at === only && byName(name, at)
}

const networkTest = (text: string): Test | undefined => {
  let network: [ipaddr.IPv4 | ipaddr.IPv6, number]
  try {
    network = ipaddr.parseCIDR(text)
  } catch {
    return undefined
  }
  return (name) => {
    if (isIP(name) === 0) return false
    const address = ipaddr.process(name)
    return address.kind() === network[0].kind() && address.match(network[0], network[1])
  }
}

const nameTest = (host: string): Test | undefined => {
  if (isIP(host) !== 0) {
    const wanted = ipaddr.process(host).toNormalizedString()
    return (name) => isIP(name) !== 0 && ipaddr.process(name).toNormalizedString() === wanted
  }
  const domain = host.replace(/^\*?\./, '').replace(/\.$/, '')
  if (!/^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$/.test(domain)) return undefined
  const below = `.${domain}`
  return host.startsWith('.') || host.startsWith('*.')
    ? (name) => name === domain || name.endsWith(below)
    : (name) => name === domain
}
