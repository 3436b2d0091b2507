const HEAD_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('0\r\n\r\n')
const FRAMING = /\r\n(?:content-length: *(\d+)|transfer-encoding: *(chunked))/i

/**
 * Where an HTTP/1.1 message ends that begins at the start of a buffer; `undefined` while it is not all there. As much of
 * the protocol as a bench needs that knows both sides: a length, or chunks without trailers, or no body.
 */
export const messageEnd = (bytes: Buffer): number | undefined => {
  const head = bytes.indexOf(HEAD_END)
  if (head < 0) return undefined
  const body = head + HEAD_END.length
  const framing = FRAMING.exec(bytes.toString('latin1', 0, head))
  if (framing?.[2] !== undefined) {
    const last = bytes.indexOf(LAST_CHUNK, body)
    return last < 0 ? undefined : last + LAST_CHUNK.length
  }
  const end = body + Number(framing?.[1] ?? 0)
  return end <= bytes.length ? end : undefined
}
