import type { FileProvider, Setting } from '@xconnector/core'
import type { AssetCalls } from './assets/asset-calls.js'
import type { VipProfile } from './profile.js'
import type { CompareRevisions } from './revision.js'
import type { TusCalls } from './uploads/tus-calls.js'
import type { VersionCalls } from './assets/version-calls.js'

/** What the calls of several steps share. */
export interface Tools {
  /** The destination's name. */
  readonly name: string
  readonly baseUrl: string | Setting<string>
  readonly assets: AssetCalls
  readonly versions: VersionCalls
  readonly tus: TusCalls
  /** The path at which uploads are created. */
  readonly uploads: string
  readonly files: FileProvider
  readonly chunkBytes: number
  readonly processingMs: number
  readonly compare: CompareRevisions
  /** Which codes of problems mean which failure. */
  readonly codes: VipProfile['codes']
  /** What all calls read from the configuration. */
  readonly settings: readonly Setting<unknown>[]
}
