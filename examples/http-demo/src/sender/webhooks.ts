import { chance } from '../shared/chance.ts'

/** One webhook: what is sent, each time it is sent. */
export interface Webhook {
  readonly id: string
  readonly sku: string
  readonly version: number
  readonly body: string
}

/** Everything that is sent in one run: the stream, then what was held back until all of that was delivered. */
export interface Webhooks {
  readonly stream: readonly Webhook[]
  readonly late: readonly Webhook[]
  /** Of the stream: sent a second time under the same id. */
  readonly repeats: number
  /** Of the stream: sent after a newer version of the same product. */
  readonly overtaken: number
}

const LATE = 0.06
const OVERTAKEN = 0.03
const REPEATED = 0.03

/** Changes of products, one or two each, of which some are sent twice, some out of order and some far too late. */
export const webhooks = (messages: number): Webhooks => {
  const all = changes(messages)
  const newest = new Map(all.map(({ sku, version }) => [sku, version]))
  const isLate = ({ id, sku, version }: Webhook): boolean =>
    version < newest.get(sku)! && chance('late', id) < LATE
  const inTime = all.filter((w) => !isLate(w))
  // A place in the stream for each; sorting moves some of them down.
  const placed = inTime.flatMap((webhook, i) => {
    const shift = chance('overtaken', webhook.id) < OVERTAKEN ? messages * 0.1 : 0
    const again = chance('repeated', webhook.id) < REPEATED
    const first = { webhook, at: i + shift, again: false }
    return again ? [first, { ...first, at: first.at + 1 + 300 * chance('gap', webhook.id), again }] : [first]
  })
  placed.sort((a, b) => a.at - b.at)
  return {
    stream: placed.map((p) => p.webhook),
    late: all.filter(isLate),
    repeats: placed.filter((p) => p.again).length,
    overtaken: countOvertaken(placed.filter((p) => !p.again).map((p) => p.webhook)),
  }
}

const changes = (messages: number): readonly Webhook[] => {
  const products = Math.ceil(messages * 0.8)
  const versions = new Map<string, number>()
  return Array.from({ length: messages }, (_, i) => {
    const number = Math.floor(chance('product', i) * products)
    const sku = `sku-${String(number).padStart(5, '0')}`
    const version = (versions.get(sku) ?? 0) + 1
    versions.set(sku, version)
    const product = { sku, version, title: `Product ${number}`, cents: 100 + Math.floor(chance(i) * 9900) }
    return { id: `msg_${i}`, sku, version, body: JSON.stringify({ type: 'product.changed', product }) }
  })
}

const countOvertaken = (sent: readonly Webhook[]): number => {
  const newest = new Map<string, number>()
  let count = 0
  for (const { sku, version } of sent) {
    const before = newest.get(sku) ?? 0
    if (version < before) count++
    newest.set(sku, Math.max(version, before))
  }
  return count
}
