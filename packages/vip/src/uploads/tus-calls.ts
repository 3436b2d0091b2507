import type { Readable } from 'node:stream'
import { bytes, whole, type Answered, type HttpQuery, type HttpTarget } from '@xconnector/http'
import type { VipClient } from '../client.js'
import type { VipCallFailure } from '../failure/put-failure.js'
import type { VipFile } from '../model/vip-asset.js'
import type { VipProfile } from '../profile.js'
import type { Place } from './place.js'
import { uploadMetadata } from './upload-metadata.js'

/** Bytes to be appended to an upload. */
export interface Chunk {
  readonly place: Place
  readonly offset: number
  readonly length: number
  readonly stream: Readable
}

/** The exchanges of tus 1.0.0: creation, offset, appending, termination. */
export interface TusCalls {
  /** A repeat makes a second upload, which expires unused. */
  readonly create: HttpTarget<VipFile, Answered<void>, VipCallFailure>
  readonly offset: HttpQuery<Place, Answered<void>, VipCallFailure>
  /** A repeat at an offset that has passed is refused, and changes nothing. */
  readonly append: HttpTarget<Chunk, Answered<void>, VipCallFailure>
  readonly terminate: HttpTarget<Place, void, VipCallFailure>
}

const TUS = Object.freeze({ 'tus-resumable': '1.0.0' })

/** Declares them. */
export const tusCalls = (client: VipClient, { paths }: VipProfile): TusCalls => ({
  create: client.target({
    name: 'create-upload',
    method: 'POST',
    path: paths.uploads,
    effect: 'idempotent',
    headers: (file: VipFile) => ({
      ...TUS,
      'upload-length': String(file.ref.size),
      'upload-metadata': uploadMetadata(file),
    }),
    response: whole(),
  }),
  offset: client.query({
    name: 'get-upload-offset',
    method: 'HEAD',
    path: ({ path }: Place) => path,
    query: ({ query }) => query,
    headers: TUS,
    response: whole(),
  }),
  append: client.target({
    name: 'append-to-upload',
    method: 'PATCH',
    path: ({ place }: Chunk) => place.path,
    query: ({ place }) => place.query,
    effect: 'idempotent',
    headers: ({ offset }) => ({ ...TUS, 'upload-offset': String(offset) }),
    body: bytes(({ stream, length }: Chunk) => ({ stream, length, type: 'application/offset+octet-stream' })),
    response: whole(),
  }),
  terminate: client.target({
    name: 'terminate-upload',
    method: 'DELETE',
    path: ({ path }: Place) => path,
    query: ({ query }) => query,
    effect: 'idempotent',
    headers: TUS,
  }),
})

/** `Upload-Offset` of an answer: bytes that have arrived. `undefined`: it has none that is a number. */
export const offsetIn = ({ headers }: Answered<void>): number | undefined => {
  const text = headers['upload-offset']
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
