/** Why a request is refused: what its problem answer says. */
export interface Refusal {
  readonly status: number
  /** One of the contract's problem codes. */
  readonly code: string
  readonly detail: string
  /** Whether the same request may succeed later. */
  readonly retryable?: boolean
  /** Seconds. */
  readonly retryAfter?: number
  readonly errors?: readonly { readonly pointer?: string; readonly detail: string }[]
}

/** A refusal without more than the three words. */
export const refusal = (status: number, code: string, detail: string): Refusal => ({ status, code, detail })
