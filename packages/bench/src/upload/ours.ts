import { createReadStream } from 'node:fs'
import { bytes, http, type HttpOptions } from '@xconnector/http'
import { READ_BYTES, type Sender } from '../vip/sender.ts'
import type { SourceFile } from '../vip/source-file.ts'

/** A target whose body is the file as a stream, without a checksum. */
export const ours =
  (how: Pick<HttpOptions, 'transport'> = {}): Sender =>
  (url) => {
    const store = http({ name: 'store', baseUrl: url, ...how })
    const put = store.target({
      name: 'put',
      method: 'PUT',
      path: '/files/last',
      effect: 'idempotent',
      body: bytes(({ path, size }: SourceFile) => ({
        stream: createReadStream(path, { highWaterMark: READ_BYTES }),
        length: size,
      })),
    })
    return async (file) => {
      await put.run(file)
    }
  }
