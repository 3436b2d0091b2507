import type { Agent } from 'undici'

/** What is used of undici. */
export interface Undici {
  readonly Agent: typeof Agent
}

/** Loads the peer, at the first call. @throws Error naming the package to install. */
export const loadUndici = async (load: () => Promise<Undici> = () => import('undici')): Promise<Undici> => {
  try {
    return await load()
  } catch (cause) {
    throw new Error('@xconnector/http/undici needs undici 7.16 or later: npm install undici', { cause })
  }
}
