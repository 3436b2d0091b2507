import { counted } from '@xconnector/example-kit/words'
import type { VipAssetState } from '../../shared/evidence.ts'
import { whenAny, type Law } from '../finding.ts'

const isOut = ({ status, published, current }: VipAssetState): boolean =>
  status === 'published' && published !== undefined && published === current

/** Every asset's approved current version is out, and nothing that is not approved. */
export const onlyApproved: Law = ({ vip: { assets } }) => {
  const held = assets.filter((asset) => !isOut(asset))
  const unapproved = assets.filter(({ published, versions }) => {
    const version = versions.find(({ id }) => id === published)
    return version !== undefined && (version.approval !== 'approved' || version.status !== 'ready')
  })
  return {
    holds: `the approved current version of all ${counted(assets.length, 'asset')} is published, nothing unapproved`,
    broken: [
      ...whenAny(
        held,
        (n, { source, status }) =>
          `VIP does not publish the current version of ${counted(n, 'asset')}, such as ${source}: ${status}`,
      ),
      ...whenAny(
        unapproved,
        (n, { source }) => `VIP publishes ${counted(n, 'asset')} without approval, such as ${source}`,
      ),
    ],
  }
}
