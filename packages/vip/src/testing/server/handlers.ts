import { getAsset, getAssetBySource, putAssetBySource, removeAsset } from './asset-handlers.js'
import type { Handler } from './call.js'
import { publishAsset, unpublishAsset } from './publication-handlers.js'
import { getRights, putRights } from './rights-handlers.js'
import { getUpload, terminateUpload, tus } from './upload-handlers.js'
import { createVersion, getVersion, listVersions, setApproval } from './version-handlers.js'

/** The handler of every operation of the contract, by `operationId`. */
export const HANDLERS: Readonly<Record<string, Handler>> = {
  getAsset,
  removeAsset,
  getAssetBySource,
  putAssetBySource,
  publishAsset,
  unpublishAsset,
  listVersions,
  createVersion,
  getVersion,
  setApproval,
  getRights,
  putRights,
  createUpload: tus,
  getUploadOffset: tus,
  appendUpload: tus,
  getUpload,
  terminateUpload,
}
