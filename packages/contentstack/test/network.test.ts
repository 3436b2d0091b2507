import { describe, expect, test } from 'vitest'
import { contentstack, type ContentstackOptions } from '../src/index.js'

const of = (options: Partial<ContentstackOptions>) =>
  contentstack({ region: 'EU', apiKey: 'k', managementToken: 't', ...options })

describe('the network of a stack', () => {
  test('is that of the HTTP client, for all of its hosts', () => {
    expect(() => of({ tls: { roots: 'replace' } })).toThrow(/http "contentstack-management" tls\.roots/)
    expect(() => of({ proxy: 'socks5://x' })).toThrow(/http "contentstack-management" proxy/)
  })

  test('is not plain http to another machine, unless that is said', () => {
    const hosts = { management: 'http://cms.test' }
    expect(() => of({ hosts })).toThrow(/plaintext: true/)
    of({ hosts, plaintext: true }).close()
  })
})
