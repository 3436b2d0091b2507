import { left, right, type Result } from '@xconnector/core'
import type { HttpTarget } from '@xconnector/http'
import type { VipClient } from '../client.js'
import type { SendFailure } from '../failure/put-failure.js'
import { UploadLost } from '../failure/upload-lost.js'
import type { VipFile } from '../model/vip-asset.js'
import type { Tools } from '../tools.js'
import { GONE } from './gone.js'
import { sendFile, type SentFile } from './send-file.js'

/** What can be done with uploads. */
export interface VipUploads {
  /**
   * Sends a file as a resumable upload (tus 1.0.0), in flat memory: at most `chunkBytes` in one request, each a part of the
   * one stream that the file's provider opens. It goes on from where VIP has it after a break, and after a restart too. The
   * reply's `uploadId` and `sha256` are what `versions.create` wants.
   */
  readonly send: HttpTarget<VipFile, SentFile, SendFailure>
}

// How often an upload that VIP has forgotten is begun anew in one hop.
const UPLOADS = 5

/** Declares them. */
export const uploadsOf = (client: VipClient, tools: Tools): VipUploads => ({
  send: client.composite({
    name: 'send-file',
    effect: 'idempotent',
    settings: tools.settings,
    async run(file: VipFile, ctx): Promise<Result<SendFailure, SentFile>> {
      for (let nth = 1; nth <= UPLOADS; nth++) {
        const sent = await sendFile(tools, file, ctx, nth)
        if (sent._tag === 'Left') return sent
        if (sent.right !== GONE) return right(sent.right)
      }
      return left(
        new UploadLost(`"${tools.name}" forgot ${UPLOADS} uploads of this file`, { destination: tools.name }),
      )
    },
    preview: ({ name, type, ref }: VipFile) => ({ upload: { name, type, file: { ...ref } } }),
  }),
})
