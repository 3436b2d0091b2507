import { createReadStream } from 'node:fs'
import { Upload } from 'tus-js-client'
import { READ_BYTES, type Sender } from './sender.ts'

/** tus-js-client with the file as a ReadStream. `chunkBytes`: the most of one request; by default all of it. */
export const tusJsClient =
  (chunkBytes?: number): Sender =>
  (url) =>
  ({ path }) =>
    new Promise((resolve, reject) => {
      new Upload(createReadStream(path, { highWaterMark: READ_BYTES }), {
        endpoint: `${url}/files`,
        metadata: { filename: 'source.bin', filetype: 'application/octet-stream' },
        ...(chunkBytes !== undefined && { chunkSize: chunkBytes }),
        onSuccess: () => resolve(),
        onError: reject,
      }).start()
    })
