import { createReadStream } from 'node:fs'
import type { FileProvider } from '@xconnector/core'
import { bearer } from '@xconnector/http'
import { vip } from '@xconnector/vip'
import { READ_BYTES, type Sender } from './sender.ts'

const disk: FileProvider = {
  name: 'disk',
  open: ({ id }, { start = 0 } = {}) => createReadStream(id, { start, highWaterMark: READ_BYTES }),
}

/**
 * `uploads.send` as it comes: requests of 8 MiB. `hashed`: the file's sha256 is not known before, so that it is made of what
 * goes through; else nothing is hashed.
 */
export const ours =
  (hashed: boolean): Sender =>
  (url) => {
    const dam = vip({
      baseUrl: url,
      auth: bearer('bench'),
      files: disk,
      profile: { paths: { uploads: '/files' } },
    })
    return async ({ path, size, sha256 }) => {
      const ref = { provider: 'disk', id: path, version: '1', size, ...(!hashed && { sha256 }) }
      const sent = await dam.uploads.send.run({
        ref,
        name: 'source.bin',
        type: 'application/octet-stream',
      })
      if (sent.sha256 !== sha256) throw new Error(`what was sent has the sha256 ${sent.sha256}`)
    }
  }
