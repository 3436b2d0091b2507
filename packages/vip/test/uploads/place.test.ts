import { expect, test } from 'vitest'
import { placeOf, uploadIdOf } from '../../src/uploads/place.js'

const BASE = 'https://vip.test/v1'

test.each([
  ['/v1/uploads/u1', '/uploads/u1', {}],
  ['https://vip.test/v1/uploads/u1', '/uploads/u1', {}],
  ['uploads/u1', '/uploads/u1', {}],
  ['/v1/files/a%20b?part=1&x=y', '/files/a%20b', { part: '1', x: 'y' }],
  ['/v1/uploads/../uploads/u1', '/uploads/u1', {}],
])('an upload at %s is at %s below the base URL', (location, path, query) => {
  expect(placeOf(location, BASE, '/uploads')).toEqual({ path, query })
})

test.each([
  '/v2/uploads/u1',
  '/v1',
  '/v1/',
  '/v10/uploads/u1',
  '/v1/../admin',
  'http://vip.test/v1/uploads/u1',
  'https://vip.test:8443/v1/uploads/u1',
  'https://vip.test.evil.test/v1/uploads/u1',
  'https://user:pass@vip.test/v1/uploads/u1',
  '//evil.test/v1/uploads/u1',
  'file:///v1/uploads/u1',
  'https://',
])('an upload at %s is not below the base URL', (location) => {
  expect(placeOf(location, BASE, '/uploads')).toBeUndefined()
})

test('the last segment is the upload', () => {
  expect(uploadIdOf({ path: '/uploads/a%2Fb', query: {} })).toBe('a/b')
})
