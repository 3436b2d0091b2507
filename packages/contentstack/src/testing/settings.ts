import { systemClock, type Clock } from '@xconnector/core'
import { regionOf } from '../region/region.js'
import type { FakeContentType, FakeSettings, FakeStackOptions } from './options.js'

/** The options with defaults filled in. */
export const settingsOf = (options: FakeStackOptions): FakeSettings => {
  const region = regionOf(options.region)
  if (options.contentTypes !== undefined && !Array.isArray(options.contentTypes))
    throw new TypeError(`fakeStack contentTypes: expected a list, got ${typeof options.contentTypes}`)
  const types = (options.contentTypes ?? []).map((type): FakeContentType =>
    typeof type === 'string' ? { uid: type } : type,
  )
  return {
    region,
    apiKey: options.apiKey ?? `bltfakestack${region.toLowerCase()}`,
    managementToken: options.managementToken ?? 'csfakemanagementtoken',
    deliveryToken: options.deliveryToken ?? 'csfakedeliverytoken',
    webhookSecret: options.webhookSecret ?? 'a-fake-secret-of-webhooks',
    contentTypes: new Map(types.map((type) => [type.uid, { title: type.uid, ...type }])),
    environments: some(options.environments ?? ['production'], 'environments'),
    locales: some(options.locales ?? ['en-us'], 'locales'),
    readsPerSecond: options.readsPerSecond ?? 10,
    clock: typeof options.clock === 'function' ? lazy(options.clock) : (options.clock ?? systemClock),
  }
}

const some = (names: readonly string[], option: string): readonly string[] => {
  if (!Array.isArray(names) || names.length === 0)
    throw new TypeError(`fakeStack ${option}: expected one at least`)
  return names
}

const lazy = (clock: () => Clock): Clock => ({
  now: () => clock().now(),
  sleep: (ms, signal) => clock().sleep(ms, signal),
  after: (ms, f, options) => clock().after(ms, f, options),
  soon: (f) => clock().soon(f),
})
