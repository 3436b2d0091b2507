import type { AxiosStatic, AxiosInstance } from 'axios'
import type { IAxiosRetryConfig } from 'axios-retry'

/** The two peers, loaded at the first call: axios costs more to load than all the rest. */
export interface Axioses {
  readonly axios: AxiosStatic
  readonly retry: (instance: AxiosInstance, config: IAxiosRetryConfig) => void
}

/** @throws Error naming the packages to install. */
export const loadAxios = async (): Promise<Axioses> => {
  try {
    const [axios, retry] = await Promise.all([import('axios'), import('axios-retry')])
    return { axios: axios.default, retry: defaultOf(retry) }
  } catch (cause) {
    throw new Error('@xconnector/http needs axios and axios-retry: npm install axios axios-retry', { cause })
  }
}

// Loaded by `require`, a module's default may be wrapped once more.
const defaultOf = (module: unknown): Axioses['retry'] => {
  const once = (module as { default: unknown }).default
  return (typeof once === 'function' ? once : (once as { default: unknown }).default) as Axioses['retry']
}
