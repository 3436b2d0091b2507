import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** How many products the supplier has, and how many of their rows are bad. */
export interface Catalogue {
  readonly rows: number
  readonly bad: number
}

/** A product as it is meant: what the shop must have in the end. */
export interface Meant {
  readonly sku: string
  readonly name: string
  readonly cents: number
  readonly stock: number
}

export const meantOf = (i: number): Meant => ({
  sku: `P-${i}`,
  name: `Product "${i}", size ${i % 50}`,
  cents: 100 + ((i * 7919) % 99_900),
  stock: (i * 31) % 1000,
})

/** Which rows are bad, by their index: spread over the file. */
export const badRows = ({ rows, bad }: Catalogue): ReadonlySet<number> =>
  new Set(Array.from({ length: bad }, (_, n) => Math.floor(((n + 0.5) * rows) / bad)))

/** The line of the file that a row stands in: the first one is the header. */
export const lineOf = (index: number): number => index + 2

/** Writes the supplier's export. */
export const writeExport = async (file: string, catalogue: Catalogue): Promise<void> =>
  pipeline(Readable.from(blocks(catalogue)), createWriteStream(file))

const BLOCK = 1000

function* blocks(catalogue: Catalogue): Generator<string> {
  const bad = badRows(catalogue)
  yield 'sku,name,price,stock\n'
  for (let from = 0; from < catalogue.rows; from += BLOCK) {
    let text = ''
    for (let i = from; i < Math.min(from + BLOCK, catalogue.rows); i++)
      text += bad.has(i) ? BAD[i % BAD.length]!(meantOf(i)) : good(meantOf(i))
    yield text
  }
}

const price = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
const good = ({ sku, name, cents, stock }: Meant): string =>
  `${sku},"${name.replaceAll('"', '""')}",${price(cents)},${stock}\n`

/** In which ways a row is bad: no price, a price that is none, a quote in the middle. */
const BAD: readonly ((product: Meant) => string)[] = [
  ({ sku }) => `${sku},short\n`,
  ({ sku, stock }) => `${sku},a name,on request,${stock}\n`,
  ({ sku, cents, stock }) => `"${sku}"x,a name,${price(cents)},${stock}\n`,
]
