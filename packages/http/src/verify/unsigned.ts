import type { Verifier } from './verifier.js'

/**
 * Accepts every request: the only way to take webhooks that nobody signed, so that it can be found by searching.
 *
 * @param options.because why this is safe here, such as "only reachable inside the cluster"
 * @throws TypeError when no reason is given.
 */
export const unsigned = (options: { readonly because: string }): Verifier => {
  if (typeof options?.because !== 'string' || options.because.trim() === '')
    throw new TypeError('unsigned because: expected the reason why unsigned requests are safe here')
  return { name: 'unsigned', verify: () => ({ ok: true }), begin: () => ({ ok: true }) }
}
