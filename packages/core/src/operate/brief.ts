import { withoutCredentials } from '../failure/credentials.js'

/** A remark of a person is kept up to this length. */
const LONGEST = 500

/** A person's remark, as it is kept: rows that everybody reads must not grow by it, and what looks like a credential is masked. */
export const brief = (text: string): string =>
  withoutCredentials(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)
