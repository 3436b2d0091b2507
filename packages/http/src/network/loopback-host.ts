import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Whether a host, as a URL or a socket names it, is this machine itself: `localhost`, 127.0.0.0/8 or `::1`. */
export const isLoopbackHost = (host: string): boolean => {
  const bare = bareHost(host)
  if (isIP(bare) !== 0) return ipaddr.process(bare).range() === 'loopback'
  // RFC 6761, section 6.3.
  return /^(?:.*\.)?localhost\.?$/i.test(bare)
}

/** A host without the brackets that URLs put around IPv6 addresses. */
export const bareHost = (host: string): string =>
  host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
