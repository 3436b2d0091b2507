import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { readPrivateKey } from '../../src/config/read-private-key.js'

const PEM = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' })

test('a key is read although the first call reports what something else left in OpenSSL', () => {
  let calls = 0
  const key = readPrivateKey(PEM, (input) => {
    calls += 1
    if (calls === 1) throw new Error('error:0680009B:asn1 encoding routines::too long')
    return createPrivateKey(input)
  })
  expect(key.asymmetricKeyType).toBe('ed25519')
  expect(calls).toBe(2)
})

test('what is no key is refused after two calls', () => {
  let calls = 0
  const read = (): unknown =>
    readPrivateKey('no key', (input) => {
      calls += 1
      return createPrivateKey(input)
    })
  expect(read).toThrow(/unsupported|no start line/i)
  expect(calls).toBe(2)
})
