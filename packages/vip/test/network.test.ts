import { bearer } from '@xconnector/http'
import { describe, expect, test } from 'vitest'
import { vip, type VipOptions } from '../src/index.js'

const of = (options: Partial<VipOptions>) =>
  vip({ baseUrl: 'https://vip.test', auth: bearer('t'), ...options })

describe('the network of a VIP client', () => {
  test('is that of the HTTP client, which names what makes no sense', () => {
    expect(() => of({ tls: { roots: 'replace' } })).toThrow(/http "vip" tls\.roots/)
    expect(() => of({ proxy: 'socks5://x' })).toThrow(/http "vip" proxy/)
  })

  test('is not plain http to another machine, unless that is said', () => {
    expect(() => of({ baseUrl: 'http://vip.test' })).toThrow(/plaintext: true/)
    of({ baseUrl: 'http://vip.test', plaintext: true })
  })
})
