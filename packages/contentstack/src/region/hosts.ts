import { isSetting, readSetting, type Setting } from '@xconnector/core'
import { regionOf, type Region, type RegionName } from './region.js'

/** An http or https URL, or the setting that gives it. */
export type HostUrl = string | Setting<string>

/** The hosts of a stack. */
export interface Hosts {
  /** Content Management API. */
  readonly management: HostUrl
  /** Content Delivery API. */
  readonly delivery: HostUrl
  /** The app: where the public keys of webhook signatures are published. */
  readonly app: HostUrl
  /** Where files of assets are served. Nothing else is ever opened. */
  readonly assets: readonly HostUrl[]
}

/** Other hosts than the region's: one origin for all of them (a fake, a proxy), or some of them by name. */
export type HostOverrides =
  | HostUrl
  | (Partial<Omit<Hosts, 'assets'>> & { readonly assets?: HostUrl | readonly HostUrl[] })

/** The hosts of a region. */
export const hostsOfRegion = (name?: RegionName): Hosts & { readonly assets: readonly string[] } => {
  const region = regionOf(name)
  const at = (service: string): string => `https://${hostOf(region, service)}`
  return {
    management: at('api'),
    delivery: at('cdn'),
    app: at('app'),
    assets: [at('images'), at('assets')],
  }
}

/**
 * The hosts of a stack: its region's, save those that are overridden.
 *
 * @throws TypeError naming the host whose URL is none.
 */
export const hostsOf = (region?: RegionName, overrides: HostOverrides = {}): Hosts => {
  const own = hostsOfRegion(region)
  if (isUrl(overrides)) {
    const one = checked(overrides, 'hosts')
    return { management: one, delivery: one, app: one, assets: [one] }
  }
  const { management, delivery, app, assets } = overrides
  return {
    management: checked(management ?? own.management, 'hosts.management'),
    delivery: checked(delivery ?? own.delivery, 'hosts.delivery'),
    app: checked(app ?? own.app, 'hosts.app'),
    assets: (assets === undefined ? own.assets : isUrl(assets) ? [assets] : assets).map((url) =>
      checked(url, 'hosts.assets'),
    ),
  }
}

/**
 * The origin of a host under a configuration.
 *
 * @throws TypeError when it is no http or https URL; ConfigInvalid when its variable is missing.
 */
export const originOf = (host: HostUrl, config: Readonly<Record<string, string>>): string =>
  originOfUrl(String(readSetting(host, config)), 'hosts')

const isUrl = (value: HostOverrides | readonly HostUrl[]): value is HostUrl =>
  typeof value === 'string' || isSetting(value)

const checked = (host: HostUrl, option: string): HostUrl =>
  typeof host === 'string' ? originOfUrl(host, option) : host

const originOfUrl = (url: string, option: string): string => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const web = parsed?.protocol === 'https:' || parsed?.protocol === 'http:'
  if (parsed === undefined || !web || parsed.username !== '' || parsed.password !== '')
    throw new TypeError(`contentstack ${option}: expected an http or https URL without credentials`)
  if (parsed.pathname !== '/' || parsed.search !== '' || parsed.hash !== '')
    throw new TypeError(`contentstack ${option}: expected a URL without a path, query and fragment`)
  return parsed.origin
}

// Only the first region has hosts under two names.
const hostOf = (region: Region, service: string): string => {
  if (region === 'NA') return service === 'app' ? 'app.contentstack.com' : `${service}.contentstack.io`
  return `${region.toLowerCase().replace('_', '-')}-${service}.contentstack.com`
}
