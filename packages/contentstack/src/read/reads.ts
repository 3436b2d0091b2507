import type { AnyDecoder, Decoded } from '@xconnector/core'
import type { CallFailure, HttpClient, HttpQuery, QueryValues } from '@xconnector/http'
import { AssetCodec, type Asset } from '../content/asset.js'
import { EntryCodec, type Entry } from '../content/entry.js'
import { inside } from '../content/inside.js'
import type { StackFailure } from '../failure/refine.js'
import type { AssetInput, EntryInput } from './read-input.js'

/** What a read of a stack may fail with. */
export type ReadFailure = CallFailure | StackFailure

/** A read of a stack: a step for flows (`.via`), and callable by itself. */
export type Read<A, B> = HttpQuery<A, B, ReadFailure>

/** The reads of one API. */
export interface StackReads {
  /** One entry. */
  readonly entry: Read<EntryInput, Entry>
  /** One asset: what is known of it. Its file is opened by `cms.files`. */
  readonly asset: Read<AssetInput, Asset>
  /**
   * Entries of one content type, read by a codec or a schema of it.
   *
   * @param options.name of the step; default `read-<content type>`
   */
  entryOf<D extends AnyDecoder>(
    contentType: string,
    decoder: D,
    options?: { readonly name?: string },
  ): Read<Omit<EntryInput, 'contentType'>, Decoded<D>>
}

/** The reads over a client. `common`: sent with every query. */
export const stackReads = (
  client: HttpClient<'wait', StackFailure>,
  common: QueryValues = {},
): StackReads => {
  const query = ({
    locale,
    version,
  }: {
    readonly locale?: string
    readonly version?: number
  }): QueryValues => ({
    ...common,
    locale,
    version,
  })
  return {
    entry: client.query({
      name: 'read-entry',
      path: '/v3/content_types/:contentType/entries/:uid',
      query: (input: EntryInput) => query(input),
      response: inside('entry', EntryCodec),
    }),
    asset: client.query({
      name: 'read-asset',
      path: '/v3/assets/:uid',
      query: (input: AssetInput) => query(input),
      response: inside('asset', AssetCodec),
    }),
    entryOf: (contentType, decoder, options = {}) =>
      client.query({
        name: options.name ?? `read-${contentType}`,
        path: `/v3/content_types/${encodeURIComponent(contentType)}/entries/:uid`,
        query: (input: Omit<EntryInput, 'contentType'>) => query(input),
        response: inside('entry', decoder),
      }) as never,
  }
}
