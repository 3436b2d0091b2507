import type { VipAssetState, VipVersionState } from '../shared/evidence.ts'

/** An asset's current version; `undefined`: it has none. */
export const currentOf = ({ versions, current }: VipAssetState): VipVersionState | undefined =>
  versions.find(({ id }) => id === current)
