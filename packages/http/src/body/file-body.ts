import type { FileProvider, FileRef, Tagged } from '@xconnector/core'
import type { ByteStream, BytesBody, FailuresOf } from '../client/byte-stream.js'

/** A file that is sent, and how. */
export interface SentFile {
  readonly file: FileRef
  /** The first byte that is sent, for a remote that has those before it. Default 0. */
  readonly start?: number
  /** The content type. Default `application/octet-stream`; a header of the target wins. */
  readonly type?: string
  /** Sends the SHA-256 of the reference along as this header (RFC 9530). Only of a whole file whose reference has one. */
  readonly digest?: 'Content-Digest' | 'Repr-Digest'
}

/** The failures that a provider's files are opened and read with. */
export type FileFailures<P extends FileProvider> = FailuresOf<{
  readonly stream: Awaited<ReturnType<P['open']>>
}>

/**
 * A body that is a file by reference: its provider opens it for each attempt, as a part of the step, and it is streamed.
 * Its size and SHA-256 are looked at while it is sent, where the reference has them: a wrong file never becomes whole at the
 * receiver. The provider's settings are checked when the runtime starts. Otherwise as `bytes`.
 *
 * @example
 * const put = store.target({
 *   name: 'put-file', method: 'PUT', path: '/files/:id', effect: 'idempotent',
 *   body: fileBody(damFiles, (m: Media) => ({ file: m.file, type: m.type })),
 * })
 *
 * @param of What is sent of the input: a reference, or one and how. Left out: the input is the reference.
 */
export const fileBody = <const P extends FileProvider, A = FileRef>(
  files: P,
  of: (input: A) => FileRef | SentFile = (input) => input as FileRef,
): BytesBody<A, FileFailures<P>> => ({
  settings: files.settings ?? [],
  async open(input, ctx): Promise<ByteStream<Tagged>> {
    const given = of(input)
    const { file, start = 0, type, digest } = 'file' in given ? given : { file: given }
    const { size, sha256 } = file
    // A provider that knows its own name only would open another's file of the same id.
    if (file.provider !== files.name && !files.name.split(',').includes(file.provider))
      throw new TypeError(
        `fileBody: expected a file of the provider "${files.name}", got one of "${file.provider}"`,
      )
    const stream = await files.open(file, { ctx, ...(start > 0 && { start }) })
    const whole = start === 0 && sha256 !== undefined
    return {
      stream,
      ...(size !== undefined && { length: size - start }),
      ...(whole && { sha256, ...(digest !== undefined && { digest }) }),
      ...(type !== undefined && { type }),
    }
  },
})
