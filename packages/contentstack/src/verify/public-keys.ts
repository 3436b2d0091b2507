import { createPublicKey, type KeyObject } from 'node:crypto'
import { readSetting, type Clock, type Ids, type Logger } from '@xconnector/core'
import { http } from '@xconnector/http'
import * as t from 'io-ts'
import { KeyUnavailable } from '../failure/key-unavailable.js'
import type { HostUrl } from '../region/hosts.js'

/** The key that signs the webhooks of a region. */
export interface PublicKeys {
  /** The key at hand; fetched when there is none. Rejects with `KeyUnavailable`. */
  current(now: number): Promise<KeyObject>
  /**
   * Another key than one that did not fit, after a rotation: fetched at most once a minute. `undefined`: there is none.
   * Rejects with `KeyUnavailable`.
   */
  newer(than: KeyObject, now: number): Promise<KeyObject | undefined>
}

/** Ports of plain calls, as an http client takes them. */
export interface CallPorts {
  readonly clock?: Clock
  readonly ids?: Ids
  readonly log?: Logger
}

const REFETCH_MS = 60_000
const Published = t.type({ 'signing-key': t.string })

/**
 * Fetches the public key at `/.well-known/public-keys.json` of a region's app host, once for all who ask at a time, and
 * keeps it parsed.
 */
export const publicKeys = (
  app: HostUrl,
  config: Readonly<Record<string, string>>,
  ports: CallPorts = {},
): PublicKeys => {
  const client = http({
    name: 'contentstack-keys',
    baseUrl: String(readSetting(app, config)),
    timeout: '5s',
    maxResponseBytes: 64 * 1024,
    headers: { 'x-user-agent': 'xconnector' },
    destination: { circuit: false },
    ports,
  })
  const published = client.query({
    name: 'public-keys',
    path: '/.well-known/public-keys.json',
    response: Published,
  })
  let known: { readonly key: KeyObject; readonly pem: string } | undefined
  let asked = -Infinity
  let under: Promise<KeyObject> | undefined

  const fetched = async (): Promise<KeyObject> => {
    const answer = await published.call()
    if (answer._tag === 'Left') throw new KeyUnavailable(answer.left.message, { cause: answer.left })
    const pem = answer.right['signing-key']
    if (known?.pem !== pem) known = { key: keyIn(pem), pem }
    return known.key
  }
  const fetchOnce = (now: number): Promise<KeyObject> => {
    if (under === undefined) {
      asked = now
      under = fetched().finally(() => (under = undefined))
    }
    return under
  }
  return {
    current: (now) => (known === undefined ? fetchOnce(now) : Promise.resolve(known.key)),
    async newer(than, now) {
      if (known !== undefined && known.key !== than) return known.key
      if (under === undefined && now - asked < REFETCH_MS) return undefined
      const key = await fetchOnce(now)
      return key === than ? undefined : key
    },
  }
}

const keyIn = (pem: string): KeyObject => {
  let key: KeyObject | undefined
  try {
    key = createPublicKey(pem)
  } catch {
    // Told below.
  }
  if (key?.asymmetricKeyType !== 'rsa') throw new KeyUnavailable('what is published is no RSA public key')
  return key
}
