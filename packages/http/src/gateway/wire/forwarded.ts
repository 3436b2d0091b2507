import type { Front } from './front.js'
import { valueOf } from './header-list.js'
import type { RequestHead } from './request-head.js'

/** What a backend is told of the client: the `X-Forwarded-*` headers, `Forwarded` (RFC 7239), both, or nothing. */
export type ForwardedStyle = 'both' | 'x-forwarded' | 'rfc7239' | 'none'

// The address of a proxy in an X-Forwarded-For, or whatever else somebody wrote there.
const ADDRESS = /^[\da-fA-F:.[\]]{2,47}$/

/**
 * Adds what a backend is told of the client, to the end of a list of headers. What the request itself claimed is passed on
 * only where its sender is `trusted`.
 */
export const addForwarded = (
  out: string[],
  front: Front,
  head: RequestHead,
  style: ForwardedStyle,
  trusted: (address: string | undefined) => boolean,
): void => {
  if (style === 'none') return
  const claimed = head.forwarded.length > 0 && trusted(front.address) ? head.forwarded : undefined
  const proto =
    claimedProto(claimed && valueOf(claimed, 'x-forwarded-proto')) ?? (front.secure ? 'https' : 'http')
  const address = plain(front.address)
  if (style !== 'rfc7239') {
    const before = claimed && chain(valueOf(claimed, 'x-forwarded-for'))
    const host = (claimed && valueOf(claimed, 'x-forwarded-host')) ?? head.host
    if (address !== undefined) out.push('x-forwarded-for', before ? `${before}, ${address}` : address)
    out.push('x-forwarded-host', host, 'x-forwarded-proto', proto)
  }
  if (style !== 'x-forwarded') {
    const before = claimed && valueOf(claimed, 'forwarded')
    const element = `for=${node(address)};host="${head.host}";proto=${front.secure ? 'https' : 'http'}`
    out.push('forwarded', before === undefined ? element : `${before}, ${element}`)
  }
}

/** The client's address: the last one in the chain that no trusted proxy has. */
export const clientAddress = (
  front: Front,
  head: RequestHead,
  trusted: (address: string | undefined) => boolean,
): string | undefined => {
  let address = plain(front.address)
  if (head.forwarded.length === 0) return address
  const before = (chain(valueOf(head.forwarded, 'x-forwarded-for')) ?? '').split(', ')
  while (trusted(address) && before.length > 0) {
    const next = before.pop()!
    if (next === '') break
    address = next
  }
  return address
}

const claimedProto = (value: string | undefined): 'http' | 'https' | undefined =>
  value === 'http' || value === 'https' ? value : undefined

const chain = (value: string | undefined): string | undefined => {
  const parts = value?.split(',').map((part) => part.trim())
  return parts?.every((part) => ADDRESS.test(part)) === true ? parts.join(', ') : undefined
}

// IPv4 clients of a socket that listens for both families.
const plain = (address: string | undefined): string | undefined =>
  address?.startsWith('::ffff:') === true && address.includes('.') ? address.slice(7) : address

const node = (address: string | undefined): string =>
  address === undefined ? 'unknown' : address.includes(':') ? `"[${address}]"` : address
