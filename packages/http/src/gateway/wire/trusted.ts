import ipaddr from 'ipaddr.js'
import { checkList } from '../../config/check-option.js'

type Range = ReturnType<typeof ipaddr.parseCIDR>

/**
 * Whether an address is one of the proxies that are trusted to tell of their clients.
 *
 * @throws TypeError for what is neither an address nor a range of addresses (`10.0.0.0/8`).
 */
export const trusted = (
  ranges: readonly string[],
  at: string,
): ((address: string | undefined) => boolean) => {
  checkList(at, ranges)
  const parsed = ranges.map((text) => rangeOf(text, at))
  if (parsed.length === 0) return () => false
  return (address) => {
    if (address === undefined || !ipaddr.isValid(address)) return false
    const ip = ipaddr.process(address)
    return parsed.some(([net, bits]) => net.kind() === ip.kind() && ip.match(net, bits))
  }
}

const rangeOf = (text: string, at: string): Range => {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  if (!ipaddr.isValid(text))
    throw new TypeError(`${at}: expected addresses like "10.0.0.0/8" or "::1", got ${JSON.stringify(text)}`)
  const ip = ipaddr.process(text)
  return [ip, ip.kind() === 'ipv4' ? 32 : 128]
}
