import { describe, expect, it } from 'vitest'
import { Heap, type Place } from '../../src/journal/heap.js'
import { seededRandom } from '../../src/ports/random.js'

const emptied = (heap: Heap<number>): number[] => {
  const out: number[] = []
  for (let next = heap.pop(); next !== undefined; next = heap.pop()) out.push(next)
  return out
}

describe('the heap', () => {
  it('gives items by the first number, then by the second', () => {
    const heap = new Heap<number>()
    heap.push(3, 2, 1)
    heap.push(2, 1, 9)
    heap.push(4, 2, 2)
    heap.push(1, 1, 1)
    expect(heap.peek()?.item).toBe(1)
    expect(emptied(heap)).toEqual([1, 2, 3, 4])
    expect(heap.peek()).toBeUndefined()
  })

  it('keeps its order whatever is removed from its middle', () => {
    const random = seededRandom(7)
    for (let round = 0; round < 200; round++) {
      const heap = new Heap<number>()
      const places = new Map<number, Place<number>>()
      for (let n = 0; n < 60; n++) {
        const value = Math.floor(random.next() * 1000) * 100 + n
        places.set(value, heap.push(value, value, 0))
        const victim = [...places.keys()][Math.floor(random.next() * places.size)]!
        if (random.next() < 0.4) {
          heap.remove(places.get(victim)!)
          places.delete(victim)
        }
      }
      expect(heap.size).toBe(places.size)
      expect(emptied(heap)).toEqual([...places.keys()].sort((a, b) => a - b))
    }
  })
})
