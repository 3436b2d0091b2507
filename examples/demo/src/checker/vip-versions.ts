import type { VipAssetState } from '../shared/evidence.ts'

/** One version of an asset, as VIP holds it at the end. */
export type VipVersionState = VipAssetState['versions'][number]

/** An asset's current version; `undefined`: it has none. */
export const currentOf = ({ versions, current }: VipAssetState): VipVersionState | undefined =>
  versions.find(({ id }) => id === current)
