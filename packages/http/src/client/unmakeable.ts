import type { Wire } from './wire.js'

/** What is thrown for a request that could not be made, whatever it was that threw: it may quote credentials. */
export const unmakeable = (wire: Wire, thrown: unknown): TypeError =>
  new TypeError(`${wire.method} request could not be made: ${nameOf(thrown)}`)

const nameOf = (thrown: unknown): string => {
  const code = (thrown as { code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^[A-Z_]{3,48}$/.test(code) ? code : 'an interceptor or adapter threw'
}
