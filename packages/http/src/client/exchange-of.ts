import { isHandshakeFault } from '../network/connect-fault.js'
import type { AnswerHeaders, Exchange } from '../outcome/exchange.js'
import type { Trace } from './trace.js'

// What an axios error may hold. It holds the request's headers and body too, so nothing of it may leave this file.
interface Thrown {
  readonly code?: unknown
  readonly message?: unknown
  readonly config?: unknown
  readonly response?: { readonly status: number; readonly headers: AnswerHeaders; readonly data?: unknown }
  readonly request?: { readonly res?: { readonly statusCode?: number; readonly headers?: AnswerHeaders } }
}

const NEVER_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])

/** The code of whatever broke a connection: `ERR_NETWORK` where there is none that can be shown. */
export const codeOf = (thrown: unknown): string => {
  const code = (thrown as { readonly code?: unknown } | null | undefined)?.code
  // OpenSSL names some alerts with a slash.
  const plain = typeof code === 'string' ? code.replaceAll('/', '_') : ''
  return /^[A-Z][A-Z0-9_]{1,48}$/.test(plain) ? plain : 'ERR_NETWORK'
}

/** A request whose connection broke, or did not come about, before an answer began. */
export const withoutAnswer = (code: string, trace: Trace): Exchange =>
  NEVER_SENT.has(code) || isHandshakeFault(code) || !trace.maybeSent
    ? { as: 'never-sent', code }
    : { as: 'lost', code }

/** The exchange in what axios rejected with; `undefined` when the request itself was at fault, and was not sent. */
export const exchangeOfError = (thrown: unknown, trace: Trace): Exchange | undefined => {
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Thrown
  const code = codeOf(error)
  const { response } = error
  if (response !== undefined) {
    const { status, headers } = response
    if (response.data !== undefined) return { as: 'answered', status, headers, body: bytesOf(response.data) }
    if (/^Z_(?!BUF_ERROR)|^ERR_(?:BROTLI|ZSTD|_ERROR_FORMAT|PADDING)|^ERR__ERROR/.test(code))
      return { as: 'unreadable', status, headers, flaw: 'encoding' }
    return { as: 'cut', status, headers, code }
  }
  const begun = error.request?.res
  if (
    typeof error.message === 'string' &&
    error.message.startsWith('maxContentLength') &&
    begun?.statusCode !== undefined
  )
    return { as: 'unreadable', status: begun.statusCode, headers: begun.headers ?? {}, flaw: 'too-large' }
  if (error.config === undefined && !trace.watched && !NEVER_SENT.has(code)) return undefined
  return withoutAnswer(code, trace)
}

/** A body as bytes, whatever adapter read it. */
export const bytesOf = (data: unknown): Buffer => {
  if (Buffer.isBuffer(data)) return data
  if (data instanceof ArrayBuffer) return Buffer.from(data)
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (typeof data === 'string') return Buffer.from(data)
  // An instance of the user's may have parsed it.
  return data === undefined || data === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(data))
}
