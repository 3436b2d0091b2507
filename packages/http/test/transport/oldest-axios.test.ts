import { expect, test, vi } from 'vitest'
import oldest from 'axios-oldest'
import { loadAxios } from '../../src/client/load-axios.js'

vi.mock('axios', () => import('axios-oldest'))

// Every case of these, over the oldest axios that the peer range allows.
await import('./case-table.test.js')
await import('./wire-attempts.test.js')

test('the oldest axios of the peer range is what was loaded', async () => {
  const { axios } = await loadAxios()
  expect(axios.VERSION).toBe('1.18.0')
  expect(axios).toBe(oldest)
})
