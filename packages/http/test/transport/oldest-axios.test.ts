import { expect, test } from 'vitest'
import oldest from 'axios-oldest'
import { loadAxios } from '../../src/client/load-axios.js'

test('the oldest axios of the peer range is what was loaded', async () => {
  const { axios } = await loadAxios()
  expect(axios.VERSION).toBe('1.18.0')
  expect(axios).toBe(oldest)
})
