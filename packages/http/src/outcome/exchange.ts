/** Header fields of an answer, by lower-case name. */
export type AnswerHeaders = Readonly<Record<string, unknown>>

/** What came of sending a request, whatever client sent it. */
export type Exchange =
  /** A whole answer. */
  | {
      readonly as: 'answered'
      readonly status: number
      readonly headers: AnswerHeaders
      readonly body: Buffer
      /** Why its redirect was not followed. */
      readonly redirect?: string
    }
  /** An answer that began and broke off. */
  | { readonly as: 'cut'; readonly status: number; readonly headers: AnswerHeaders; readonly code: string }
  /** An answer whose body is larger than allowed, or could not be decompressed. */
  | {
      readonly as: 'unreadable'
      readonly status: number
      readonly headers: AnswerHeaders
      readonly flaw: 'too-large' | 'encoding'
    }
  /** It is certain that nothing was sent. */
  | { readonly as: 'never-sent'; readonly code: string }
  /** The connection broke; the request may have been read. */
  | { readonly as: 'lost'; readonly code: string }
  | { readonly as: 'timed-out'; readonly sent: boolean }

/** One header of an answer, as text. */
export const headerOf = (headers: AnswerHeaders, name: string): string | undefined => {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** Whether a `Content-Encoding` says that there is none: some servers send the header empty. */
export const isNoEncoding = (encoding: string): boolean => /^\s*(?:identity\s*)?$/i.test(encoding)
