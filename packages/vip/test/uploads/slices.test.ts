import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Slices, TooShort } from '../../src/uploads/slices.js'
import { sha256Of } from '../support/memory-files.js'

const all = async (stream: Readable): Promise<Buffer> => Buffer.concat(await stream.toArray())

test('slices put together are the source, whatever its pieces; the hash is that of what was given out', async () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(
      pieces,
      fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 20 }),
      async (given, cuts) => {
        const whole = Buffer.concat(given)
        const slices = new Slices(Readable.from(given.map((p) => Buffer.from(p))), createHash('sha256'))
        let at = 0
        for (const cut of cuts) {
          const length = Math.min(cut, whole.length - at)
          expect(await all(slices.next(length))).toEqual(whole.subarray(at, (at += length)))
          expect(slices.hashed()!.digest('hex')).toBe(sha256Of(whole.subarray(0, at)))
        }
        expect(await slices.isOver()).toBe(at === whole.length)
        slices.destroy()
      },
    ),
    { numRuns: 100 },
  )
})

test('a slice that nobody reads holds the source back', async () => {
  let given = 0
  const source = new Readable({
    read() {
      this.push(Buffer.alloc(16 * 1024))
      given++
    },
  })
  const slices = new Slices(source, undefined)
  slices.next(64 * 1024 * 1024).read(0)
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve))
  // The buffers of the source and of the slice, and one piece on its way.
  expect(given).toBeLessThan(16)
  slices.destroy()
})

test('a source that ends too early ends the slice with TooShort; one that breaks, with what it broke with', async () => {
  const short = new Slices(Readable.from([Buffer.alloc(3)]), undefined)
  await expect(all(short.next(4))).rejects.toBeInstanceOf(TooShort)
  const gone = new Readable({ read() {} })
  const broken = new Slices(gone, undefined)
  const slice = all(broken.next(4))
  gone.destroy(new Error('EIO'))
  await expect(slice).rejects.toThrow('EIO')
  await expect(all(broken.next(4))).rejects.toThrow('EIO')
  await expect(broken.isOver()).rejects.toThrow('EIO')
  const closed = new Readable({ read() {} }).destroy()
  await expect(all(new Slices(closed, undefined).next(1))).rejects.toThrow('closed before')
})
