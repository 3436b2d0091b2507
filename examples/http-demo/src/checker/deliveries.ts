import type { RequestLine } from '../shared/lines.ts'

/** What one system took in of one version of one product. */
export interface Delivered {
  readonly sku: string
  readonly version: number
  /** When it was taken in first: epoch milliseconds. */
  readonly first: number
  /** The idempotency keys it came under. */
  readonly entries: ReadonlySet<string>
  /** How often it was taken in. */
  readonly times: number
  /** How often it was taken in and the answer withheld, so that it had to come again. */
  readonly cut: number
}

export const nameOf = ({ sku, version }: { readonly sku: string; readonly version: number }): string =>
  `${sku} v${version}`

/** What a system took in, by product and version, in the order of first times. */
export const deliveriesOf = (requests: readonly RequestLine[]): ReadonlyMap<string, Delivered> => {
  const found = new Map<string, Delivered>()
  for (const { sku, version, at, entry, applied, status } of requests) {
    if (!applied) continue
    const name = nameOf({ sku, version })
    const before = found.get(name)
    const cut = (before?.cut ?? 0) + (status === 0 ? 1 : 0)
    found.set(
      name,
      before === undefined
        ? { sku, version, first: at, entries: new Set([entry]), times: 1, cut }
        : { ...before, entries: new Set([...before.entries, entry]), times: before.times + 1, cut },
    )
  }
  return found
}

/** Of what came more than once, how often it need not have: not explained by an answer that was withheld. */
export const unexplained = (deliveries: ReadonlyMap<string, Delivered>): number =>
  [...deliveries.values()].reduce((sum, { times, cut }) => sum + Math.max(0, times - 1 - cut), 0)

/** How often something came again. */
export const repeats = (deliveries: ReadonlyMap<string, Delivered>): number =>
  [...deliveries.values()].reduce((sum, { times }) => sum + times - 1, 0)
