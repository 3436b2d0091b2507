/** What Contentstack's APIs say of a failure. */
export interface ErrorEnvelope {
  /** Contentstack's own code: 141, 118, … Undefined where the answer has none. */
  readonly errorCode?: number
  readonly errorMessage: string
  /** What is wrong with which field; at most 32 fields with 4 texts each. */
  readonly errors: Readonly<Record<string, readonly string[]>>
}

const LONGEST = 512
const MOST_FIELDS = 32
const MOST_TEXTS = 4

/**
 * The envelope in an answer, or `undefined` when it has none. Texts are taken from the redacted answer only; of one that was
 * too long to be kept, the code is all there is.
 */
export const envelopeIn = (redacted: string | undefined, whole: () => unknown): ErrorEnvelope | undefined => {
  const kept = objectIn(redacted)
  const body = kept ?? recordOf(whole())
  const { error_code: code, error_message: message, errors } = body
  const number = Number(code)
  const errorCode = Number.isSafeInteger(number) && code !== undefined ? { errorCode: number } : undefined
  if (errorCode === undefined && typeof message !== 'string') return undefined
  return {
    ...errorCode,
    errorMessage: kept !== undefined && typeof message === 'string' ? message.slice(0, LONGEST) : '',
    errors: kept === undefined ? {} : fieldsIn(errors),
  }
}

const objectIn = (text: string | undefined): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}

const fieldsIn = (errors: unknown): ErrorEnvelope['errors'] =>
  Object.fromEntries(
    Object.entries(recordOf(errors))
      .slice(0, MOST_FIELDS)
      .map(([field, texts]) => [field.slice(0, LONGEST), textsIn(texts)] as const)
      .filter(([, texts]) => texts.length > 0),
  )

const textsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value])
    .filter((text): text is string => typeof text === 'string')
    .slice(0, MOST_TEXTS)
    .map((text) => text.slice(0, LONGEST))
