import { http, type HttpClient } from '@xconnector/http'
import { refining } from './failure/refine.js'
import type { VipRefusal } from './failure/put-failure.js'
import type { VipOptions } from './options.js'
import type { VipProfile } from './profile.js'

/** The HTTP client behind all calls of VIP. */
export type VipClient = HttpClient<'wait', VipRefusal>

/** The client by its options: one destination, whose problems are told apart by their codes. */
export const clientOf = (options: VipOptions, profile: VipProfile): VipClient => {
  const {
    baseUrl,
    auth,
    name = 'vip',
    timeout,
    destination,
    axios,
    ports,
    random,
    tls,
    proxy,
    plaintext,
  } = options
  return http({
    name,
    baseUrl,
    auth,
    quoteKey: profile.quoteKey,
    keyHeader: profile.keyHeader,
    refine: refining(profile),
    ...(timeout !== undefined && { timeout }),
    ...(destination !== undefined && { destination }),
    ...(axios !== undefined && { axios }),
    ...(ports !== undefined && { ports }),
    ...(random !== undefined && { random }),
    ...(tls !== undefined && { tls }),
    ...(proxy !== undefined && { proxy }),
    ...(plaintext !== undefined && { plaintext }),
  })
}
