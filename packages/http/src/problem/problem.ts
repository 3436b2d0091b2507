import type { Json } from '@xconnector/core'

/** A problem as RFC 9457 describes it. */
export interface Problem {
  /** What kind of problem it is: a URI, or a reference relative to where the answer came from. Default `'about:blank'`. */
  readonly type: string
  readonly title?: string
  /** As the body says; it is advisory, the answer's own status counts. */
  readonly status?: number
  readonly detail?: string
  /** This occurrence: a URI, or a relative reference. */
  readonly instance?: string
  /** All other members, such as a `code`. */
  readonly extensions: Readonly<Record<string, Json>>
}

/**
 * A JSON value as a problem, or `undefined` when it is no object. A member of the wrong type is left out, as RFC 9457,
 * section 3.1, asks; `status` must be a whole number from 100 to 599.
 */
export const problemIn = (value: unknown): Problem | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { type, title, status, detail, instance, ...rest } = value as Readonly<Record<string, unknown>>
  return {
    type: isText(type) && type !== '' ? type : 'about:blank',
    ...(isText(title) && { title }),
    ...(isStatus(status) && { status }),
    ...(isText(detail) && { detail }),
    ...(isText(instance) && { instance }),
    extensions: rest as Readonly<Record<string, Json>>,
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isStatus = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599
