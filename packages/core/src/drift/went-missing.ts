import type { Field } from './field.js'

/** In so many of the messages a field must have been to be missed. */
const ALWAYS = 0.99

/**
 * Whether a field is gone that was always there: by chance that happens to one of 10^100. `visits`: of what holds it, in this
 * process.
 */
export const wentMissing = (
  f: Field,
  visits: number,
  { learn, vanished }: { readonly learn: number; readonly vanished: number },
): boolean => visits - f.last >= vanished && f.present + f.missed >= learn && f.rate >= ALWAYS
