import type { Json } from '@xconnector/core'

const filler = 'x'.repeat(420)

/** A webhook's body of about 1 KB of JSON. */
export const message = (i: number): Json => ({
  uid: `blt${i}`,
  locale: 'en-us',
  title: `Asset number ${i}`,
  tags: ['a', 'b', 'c'],
  meta: { width: 1920, height: 1080, type: 'image/png', folder: 'products' },
  data: { text: filler, more: filler },
})

/** Bodies as text, made before the clock starts. */
export const texts: readonly string[] = Array.from({ length: 1000 }, (_, i) => JSON.stringify(message(i)))

/** Bodies as data, made before the clock starts. */
export const messages: readonly Json[] = Array.from({ length: 1000 }, (_, i) => message(i))
