import { counted } from '@xconnector/example-kit/words'
import type { Evidence, SourceFile } from '../evidence.ts'
import { versionName, when, whenAny, type Law } from '../finding.ts'
import { newestOf } from '../newest.ts'
import { currentOf } from '../vip-versions.ts'

const SHOWN = 3

/** What is wrong with the file of an asset's newest version at VIP; `undefined`: nothing. */
const faultOf = (evidence: Evidence, thing: string, version: number): string | undefined => {
  const name = versionName(thing, version)
  const asset = evidence.vip.assets.find(({ source }) => source === thing)
  const current = asset && currentOf(asset)
  const file = evidence.source.find((one) => one.uid === thing && one.version === version)
  if (file === undefined) return `${name} was published, and no file was ever made for it`
  if (current === undefined) return `lost: VIP has no file of ${name}`
  if (current.sourceVersion !== version) return `stale: VIP has v${current.sourceVersion}, not ${name}`
  return differenceOf(evidence, file, current.id, current.sha256)
}

const differenceOf = (
  { held }: Evidence,
  { uid, version, sha256, size, onDisk, filename }: SourceFile,
  id: string,
  announced: string,
): string | undefined => {
  const name = `${versionName(uid, version)} (${filename})`
  const at = held.get(id)
  if (at === undefined) return `lost: the bytes of ${name} are not on VIP's disk`
  if (onDisk?.sha256 !== sha256) return `the CMS does not hold ${name} any more as it was made`
  if (at.sha256 !== sha256)
    return `corrupt: VIP holds other bytes of ${name} than the CMS: ${at.size} of ${size}, sha256 ${at.sha256}`
  return announced === sha256 ? undefined : `VIP was told another sha256 of ${name} than its bytes have`
}

/** The newest version of every published asset is at VIP, bit for bit. Nothing that was written down is believed: all is hashed. */
export const filesEqual: Law = (evidence) => {
  const newest = [...newestOf(evidence, 'asset.publish').values()]
  const faults = newest.flatMap(({ thing, version }) => faultOf(evidence, thing, version) ?? [])
  const sent = new Set(newest.map(({ thing }) => thing))
  const strange = evidence.vip.assets.filter(({ source }) => !sent.has(source))
  return {
    holds:
      `the newest version of all ${counted(newest.length, 'asset')} is at VIP: each file, hashed anew, is the one that ` +
      'the CMS serves',
    broken: [
      // All of one kind would say the same, so the first few are enough.
      ...faults.slice(0, SHOWN),
      ...when(faults.length > SHOWN, () => `and ${counted(faults.length - SHOWN, 'file')} more`),
      ...whenAny(
        strange,
        (n, { source }) => `VIP has ${counted(n, 'asset')} that nobody published, such as ${source}`,
      ),
    ],
  }
}
