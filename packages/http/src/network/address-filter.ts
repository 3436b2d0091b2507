import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { Addresses, AddressRules } from './network-options.js'
import { hostMatcher } from './host-matcher.js'
import { bareHost } from './loopback-host.js'

/** Judges whereto a connection may go. */
export interface AddressFilter {
  /** Whether a host and a port may be connected to, before the host's name is resolved. */
  mayAsk(host: string, port: number): boolean
  /** Whether an address may be connected to, as resolved. */
  mayReach(address: string): boolean
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

/**
 * A filter by rules; `undefined`: any address will do.
 *
 * @throws TypeError naming what is no address, network, host or port.
 */
export const addressFilter = (rules: Addresses, at: string): AddressFilter | undefined => {
  if (rules === 'any') return undefined
  if (rules !== 'public' && (typeof rules !== 'object' || rules === null))
    throw new TypeError(`${at} addresses: expected 'any', 'public' or rules, got ${JSON.stringify(rules)}`)
  const { also = [], hosts, ports }: AddressRules = rules === 'public' ? {} : rules
  const networks = also.map((network) => networkOf(network, `${at} addresses.also`))
  const named = hosts === undefined ? undefined : hostMatcher(hosts, `${at} addresses.hosts`)
  for (const port of ports ?? [])
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new TypeError(`${at} addresses.ports: expected ports of 1 to 65535, got ${String(port)}`)
  const mayReach = (address: string): boolean => {
    const parsed = addressOf(address)
    return parsed !== undefined && (isPublic(parsed) || networks.some((network) => within(parsed, network)))
  }
  return {
    mayAsk(host, port) {
      const bare = bareHost(host)
      if (ports !== undefined && !ports.includes(port)) return false
      if (named !== undefined && !named(bare, port)) return false
      return isIP(bare) === 0 || mayReach(bare)
    },
    mayReach,
  }
}

// Global unicast, RFC 4291 and the IANA registries. IPv4 within IPv6 is judged as IPv4 where it is mapped, and refused in
// all other forms (NAT64, 6to4, Teredo): what is behind them is not for us to see.
const isPublic = (address: Address): boolean =>
  address.range() === 'unicast' &&
  address.toString() !== AZURE_PLATFORM &&
  (address.kind() === 'ipv4' || (address.toByteArray()[0]! & 0xe0) === 0x20)

// Global by its number, but within Azure every machine's own platform answers there, credentials included.
const AZURE_PLATFORM = '168.63.129.16'

const addressOf = (text: string): Address | undefined => (isIP(text) === 0 ? undefined : ipaddr.process(text))

type Network = readonly [Address, number]

const networkOf = (text: string, option: string): Network => {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text)
    const address = addressOf(text)
    if (address !== undefined) return [address, address.kind() === 'ipv4' ? 32 : 128]
  } catch {}
  throw new TypeError(
    `${option}: expected an address or a network like '10.1.0.0/16', got ${JSON.stringify(text)}`,
  )
}

/** Whether an address is in a network of its kind. */
const within = (address: Address, [network, bits]: Network): boolean =>
  address.kind() === network.kind() && address.match(network, bits)
