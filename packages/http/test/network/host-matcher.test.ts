import { describe, expect, test } from 'vitest'
import { hostMatcher, hostMatcherOf } from '../../src/network/host-matcher.js'

describe('a list of hosts, as NO_PROXY has it', () => {
  test.each<readonly [string, string, number, boolean]>([
    ['example.com', 'example.com', 443, true],
    ['example.com', 'EXAMPLE.com.', 443, true],
    ['example.com', 'www.example.com', 443, false],
    ['.example.com', 'www.example.com', 443, true],
    ['.example.com', 'example.com', 443, true],
    ['*.example.com', 'a.b.example.com', 443, true],
    ['.example.com', 'notexample.com', 443, false],
    ['example.com:8443', 'example.com', 8443, true],
    ['example.com:8443', 'example.com', 443, false],
    ['10.0.0.0/8', '10.1.2.3', 80, true],
    ['10.0.0.0/8', '11.1.2.3', 80, false],
    ['10.0.0.0/8', 'ten.example', 80, false],
    ['192.168.0.1', '192.168.0.1', 80, true],
    ['192.168.0.1', '[::ffff:c0a8:1]', 80, true],
    ['[::1]:8080', '[::1]', 8080, true],
    ['::1', '::1', 8080, true],
    ['fd00::/8', 'fd12::1', 80, true],
    ['*', 'anything', 1, true],
    ['a, b  c,', 'b', 1, true],
    ['a, b  c,', 'c', 1, true],
    ['http://nonsense/,10.0.0.0/99,b', 'b', 1, true],
    ['http://nonsense/,10.0.0.0/99', 'nonsense', 1, false],
    ['', 'a', 1, false],
  ])('%j, %s:%i → %s', (list, host, port, expected) => {
    expect(hostMatcherOf(list)(host, port)).toBe(expected)
  })

  test('where it is an option, an entry that makes no sense is named', () => {
    for (const entry of ['http://x', 'a/b', '', '10.0.0.0/33', 'a b', '...'])
      expect(() => hostMatcher([entry], 'the option')).toThrow(/^the option: expected a host/)
  })
})
