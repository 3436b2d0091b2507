/** What is published. */
export type Kind = 'entry' | 'asset'

/** One message in so many is an asset, with a file; the others are entries. */
export const ASSET_EVERY = 20

/** Of every asset's file: small, so that the way of the message is the load, and not the bytes. */
export const FILE_BYTES = 4 * 1024

export const kindOf = (message: number): Kind =>
  message % ASSET_EVERY === ASSET_EVERY - 1 ? 'asset' : 'entry'

/** Who gets a message, as bits: an entry goes to the site and the portal, an asset to VIP. */
export const RECEIVERS = { site: 1, portal: 2, vip: 4 } as const

/** The bits of all who must get a message. */
export const wantedBy = (kind: Kind): number =>
  kind === 'asset' ? RECEIVERS.vip : RECEIVERS.site | RECEIVERS.portal
