import { codeOf } from '../client/exchange-of.js'

// The platform's codes for the same, so that an operator learns one set.
const PLATFORM: ReadonlyMap<string, string> = new Map([
  ['UND_ERR_SOCKET', 'ECONNRESET'],
  ['UND_ERR_INFO', 'ECONNRESET'],
  ['UND_ERR_ABORTED', 'ECONNRESET'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'ECONNRESET'],
  ['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'],
  ['UND_ERR_HEADERS_OVERFLOW', 'HPE_HEADER_OVERFLOW'],
])

/** The code of what undici failed with. */
export const dispatchCode = (error: unknown): string => {
  const code = codeOf(error)
  return PLATFORM.get(code) ?? code
}

/** Whether undici would not take the request as it was. */
export const isRequestFault = (error: unknown): boolean => {
  const code = codeOf(error)
  return (
    code === 'UND_ERR_INVALID_ARG' ||
    code === 'UND_ERR_NOT_SUPPORTED' ||
    code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'
  )
}
