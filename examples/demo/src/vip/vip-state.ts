import { basename } from 'node:path'
import { violationText, type HeldFile, type VipServer } from '@xconnector/vip/testing'
import type { VipAssetState, VipState, VipVersionState } from '../shared/evidence.ts'

/** What a server holds, as the checker is told. */
export const stateOf = (server: VipServer): VipState => ({
  assets: server.assets.map(
    ({
      id,
      source,
      status,
      revision,
      metadata,
      rights,
      currentVersionId: current,
      publishedVersionId: published,
    }): VipAssetState => ({
      id,
      source: source.id,
      status,
      revision,
      metadata,
      rights,
      ...(current !== null && { current }),
      ...(published !== null && { published }),
      versions: server.files(id).map(versionOf),
    }),
  ),
  violations: server.violations.map(violationText),
})

const versionOf = ({ version, path }: HeldFile): VipVersionState => {
  const { id, sourceRevision, status, approval, filename, mediaType, sha256, size } = version
  return {
    id,
    sourceVersion: Number(sourceRevision),
    status,
    approval: approval?.decision ?? 'none',
    ...(filename !== undefined && { filename }),
    ...(mediaType !== undefined && { mediaType }),
    sha256,
    size,
    file: basename(path),
    upload: basename(path),
  }
}
