import { describe, expect, test } from 'vitest'
import { openItems } from '../../src/run/items.js'
import { pool } from '../../src/run/pool.js'

const all = async (given: unknown): Promise<{ size: number | undefined; items: unknown[] }> => {
  const open = openItems(given)
  const items: unknown[] = []
  for (let r = await open.next(); r.done !== true; r = await open.next()) items.push(r.value)
  return { size: open.size, items }
}

describe('what a split goes over', () => {
  test('its size is known for arrays, sets and maps, and not for other iterables', async () => {
    expect(await all([1, 2])).toEqual({ size: 2, items: [1, 2] })
    expect(await all(new Set([1, 2]))).toEqual({ size: 2, items: [1, 2] })
    expect(await all(new Map([['a', 1]]))).toEqual({ size: 1, items: [['a', 1]] })
    expect(await all([1, 2].values())).toEqual({ size: undefined, items: [1, 2] })
    expect(await all(null)).toEqual({ size: 0, items: [] })
  })

  test('what cannot be gone over is refused, and so is a text, letter by letter', () => {
    const said = (given: unknown): string => {
      try {
        openItems(given)
        return 'taken'
      } catch (thrown) {
        return (thrown as TypeError).message
      }
    }
    expect(said({ a: 1 })).toContain('got an object')
    expect(said('abc')).toContain('got a string')
    expect(said(7)).toContain('got a number')
    expect(said(undefined)).toContain('got undefined')
  })

  test('an array that was closed gives nothing more, and an iterator is told', async () => {
    const array = openItems([1, 2, 3])
    await array.next()
    array.close()
    expect(await array.next()).toMatchObject({ done: true })
    let told = 0
    const given = {
      [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }), return: () => ++told }),
    }
    openItems(given).close()
    expect(told).toBe(1)
  })

  test('an iterator that fails at its close, at once or later, fails nobody', async () => {
    const at = {
      [Symbol.iterator]: () => ({ return: () => (undefined as never as { x: 1 }).x }),
    }
    openItems(at).close()
    const later = { [Symbol.asyncIterator]: () => ({ return: () => Promise.reject(new Error('x')) }) }
    openItems(later).close()
    await Promise.resolve()
  })
})

describe('items a few at a time', () => {
  test('no more than the limit are under way, and each is told the size once it is known', async () => {
    let under = 0
    let most = 0
    const sizes: unknown[] = []
    await pool(openItems([1, 2, 3, 4, 5].values()), 2, async (_item, index, size) => {
      most = Math.max(most, ++under)
      await Promise.resolve()
      under--
      sizes[index] = size
      return true
    })
    expect([most, sizes]).toEqual([2, [undefined, undefined, undefined, undefined, 5]])
  })

  test('false ends it, at once or later, and the iteration is closed', async () => {
    for (const answer of [false, Promise.resolve(false)]) {
      const seen: unknown[] = []
      let closed = 0
      const items = openItems([1, 2, 3, 4])
      const watched = { ...items, next: () => items.next(), close: () => void closed++ }
      await pool(watched, 1, (item) => {
        seen.push(item)
        return item === 2 ? answer : true
      })
      expect([seen, closed]).toEqual([[1, 2], 1])
    }
  })

  test('rejects with the first rejection, once what was under way has ended', async () => {
    let ended = 0
    const work = pool(openItems([1, 2, 3, 4]), 2, async (item) => {
      await Promise.resolve()
      ended++
      if (item !== 4) throw new Error(`bad ${String(item)}`)
      return true
    })
    await expect(work).rejects.toThrow('bad 1')
    expect(ended).toBe(2)
  })

  test('an iteration that breaks has given its last item still', async () => {
    const seen: unknown[] = []
    function* breaks(): Generator<number> {
      yield 1
      throw new Error('torn')
    }
    const work = pool(openItems(breaks()), 1, (item, _i, size) => seen.push([item, size]) > 0)
    await expect(work).rejects.toThrow('torn')
    expect(seen).toEqual([[1, undefined]])
  })
})
