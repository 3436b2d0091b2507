import { bodyOf, type RemoteAnswer } from './remote-answer.js'

/** The connection breaks in the place of an answer. */
export const cut = 'cut' as const

/** What goes back. */
export type OnTheWire = Response | 'cut'

/** An answer as a `Response`. `truncated`: it breaks off after so many bytes, or in the middle. */
export const onWire = (
  answer: RemoteAnswer,
  fault?: { readonly truncated: number | undefined },
): Response => {
  const { bytes, type } = bodyOf(answer)
  const headers = new Headers(answer.headers)
  const bare = answer.status === 204 || answer.status === 304
  if (bytes === undefined || bare) {
    if (!bare && answer.status !== 205) headers.set('content-length', '0')
    return new Response(null, { status: answer.status, headers })
  }
  if (!headers.has('content-type') && type !== undefined) headers.set('content-type', type)
  headers.set('content-length', String(bytes.byteLength))
  const body =
    fault === undefined
      ? new Uint8Array(bytes)
      : broken(bytes.subarray(0, fault.truncated ?? Math.floor(bytes.byteLength / 2)))
  return new Response(body, { status: answer.status, headers })
}

const broken = (bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> => {
  let given = bytes.byteLength === 0
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        if (given) return controller.error(new Error('the answer was truncated by the test'))
        given = true
        controller.enqueue(new Uint8Array(bytes))
      },
    },
    // Nothing ahead of its reader: an error drops what waits.
    { highWaterMark: 0 },
  )
}
