import type { Verifier } from '../verify/verifier.js'

/**
 * Lets everybody call an endpoint: the only way to have a public one, so that it can be found by searching.
 *
 * @param options.because why this is safe here, such as "the catalogue is public"
 * @throws TypeError when no reason is given.
 */
export const anyone = (options: { readonly because: string }): Verifier => {
  if (typeof options?.because !== 'string' || options.because.trim() === '')
    throw new TypeError('anyone because: expected the reason why everybody may call this')
  return { name: 'anyone', verify: () => ({ ok: true }) }
}
