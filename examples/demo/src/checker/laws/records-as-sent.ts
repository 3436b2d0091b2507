import { isDeepStrictEqual } from 'node:util'
import { counted } from '@xconnector/example-kit/words'
import type { AcknowledgementLine, VipAssetState } from '../../shared/evidence.ts'
import { versionName, whenAny, type Law } from '../finding.ts'
import { newestOf } from '../newest.ts'
import { currentOf } from '../vip-versions.ts'

/** What VIP must hold of what the CMS said, by what it is called there. */
const expected = ({ asset }: AcknowledgementLine): Readonly<Record<string, unknown>> => ({
  title: asset?.title,
  description: asset?.description,
  tags: asset?.tags,
  territories: asset && { mode: 'include', codes: asset.rights.territories },
  until: asset && Date.parse(asset.rights.until),
  holder: asset?.rights.holder,
  filename: asset?.filename,
  type: asset?.type,
})

interface Texts {
  readonly en?: string
}

const held = (asset: VipAssetState): Readonly<Record<string, unknown>> => {
  const metadata = asset.metadata as { title?: Texts; description?: Texts; keywords?: readonly string[] }
  const rights = asset.rights as {
    copyrightNotice?: Texts
    permissions?: readonly { territories?: object; notAfter?: string }[]
  }
  const [permission] = rights.permissions ?? []
  const current = currentOf(asset)
  return {
    title: metadata.title?.en,
    description: metadata.description?.en,
    tags: metadata.keywords,
    territories: permission?.territories,
    until: permission?.notAfter && Date.parse(permission.notAfter),
    holder: rights.copyrightNotice?.en,
    filename: current?.filename,
    type: current?.mediaType,
  }
}

/** Metadata and rights at VIP are what the CMS said with the newest version. */
export const recordsAsSent: Law = (evidence) => {
  const newest = newestOf(evidence, 'asset.publish')
  const differing = evidence.vip.assets.flatMap((asset) => {
    const sent = newest.get(asset.source)
    if (sent === undefined) return []
    const [wanted, has] = [expected(sent), held(asset)]
    const fields = Object.keys(wanted).filter((field) => !isDeepStrictEqual(wanted[field], has[field]))
    return fields.length === 0
      ? []
      : [{ name: versionName(sent.thing, sent.version), fields: fields.join(', ') }]
  })
  return {
    holds: `metadata and rights of all ${counted(evidence.vip.assets.length, 'asset')} are as the CMS said`,
    broken: whenAny(
      differing,
      (n, { name, fields }) =>
        `VIP holds other metadata or rights of ${counted(n, 'asset')} than the CMS sent, such as ${name}: ${fields}`,
    ),
  }
}
