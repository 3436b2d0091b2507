import { expect, test } from 'vitest'
import { config, url } from '@xconnector/core'
import { contentstack } from '../../src/index.js'
import { hostsOf, originOf } from '../../src/region/hosts.js'
import { regionOf, type RegionName } from '../../src/region/region.js'

test('the first region has hosts of its own names', () => {
  expect(hostsOf()).toEqual({
    management: 'https://api.contentstack.io',
    delivery: 'https://cdn.contentstack.io',
    app: 'https://app.contentstack.com',
    assets: ['https://images.contentstack.io', 'https://assets.contentstack.io'],
  })
})

test.each([
  ['EU', 'eu-'],
  ['AU', 'au-'],
  ['AZURE_NA', 'azure-na-'],
  ['AZURE_EU', 'azure-eu-'],
  ['GCP_NA', 'gcp-na-'],
  ['GCP_EU', 'gcp-eu-'],
] as const)('the hosts of %s begin with %s', (region, prefix) => {
  expect(hostsOf(region)).toEqual({
    management: `https://${prefix}api.contentstack.com`,
    delivery: `https://${prefix}cdn.contentstack.com`,
    app: `https://${prefix}app.contentstack.com`,
    assets: [`https://${prefix}images.contentstack.com`, `https://${prefix}assets.contentstack.com`],
  })
})

test.each([
  ['us', 'NA'],
  ['US', 'NA'],
  ['aws-na', 'NA'],
  ['aws_na', 'NA'],
  ['aws-eu', 'EU'],
  ['eu', 'EU'],
  ['azure-na', 'AZURE_NA'],
  ['gcp_eu', 'GCP_EU'],
] as const)('%s means %s', (name, region) => {
  expect(regionOf(name)).toBe(region)
})

test.each(['', 'asia', 'aws', 'aws-azure-na', 'us-na'])('%o is no region', (name) => {
  expect(() => regionOf(name as RegionName)).toThrow(/contentstack region: expected one of NA, EU, AU/)
})

test('one origin may stand for all hosts, or some are overridden by name', () => {
  const one = 'http://127.0.0.1:8080'
  expect(hostsOf('EU', `${one}/`)).toEqual({ management: one, delivery: one, app: one, assets: [one] })
  expect(hostsOf('EU', { delivery: one, assets: [one] })).toEqual({
    management: 'https://eu-api.contentstack.com',
    delivery: one,
    app: 'https://eu-app.contentstack.com',
    assets: [one],
  })
})

test.each([
  'ftp://a.example',
  'a.example',
  'https://user:pass@a.example',
  'https://a.example/v3',
  'https://a.example/?a=1',
])('%s is refused as a host', (host) => {
  expect(() => contentstack({ apiKey: 'blt1', hosts: host })).toThrow(
    /contentstack hosts: expected a(n http or https)? URL/,
  )
})

test('a host comes from configuration', () => {
  const { CS_HOST: host } = config({ CS_HOST: url }, { CS_HOST: 'http://127.0.0.1:1/' })
  expect(originOf(hostsOf('NA', host).management, {})).toBe('http://127.0.0.1:1')
  expect(() => originOf(host, { CS_HOST: 'http://127.0.0.1:1/v3' })).toThrow(/without a path/)
})
