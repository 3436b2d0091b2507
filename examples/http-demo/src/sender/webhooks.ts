import { chance } from '@xconnector/example-kit/chance'
import { disordered, type Change, type Disorder } from '@xconnector/example-kit/disorder'

/** One webhook: what is sent, each time it is sent. `thing`: the product's SKU. */
export interface Webhook extends Change {
  readonly body: string
}

/** Changes of products, one or two each, of which some are sent twice, some out of order and some far too late. */
export const webhooks = (messages: number): Disorder<Webhook> => disordered(changes(messages))

const changes = (messages: number): readonly Webhook[] => {
  const products = Math.ceil(messages * 0.8)
  const versions = new Map<string, number>()
  return Array.from({ length: messages }, (_, i) => {
    const number = Math.floor(chance('product', i) * products)
    const sku = `sku-${String(number).padStart(5, '0')}`
    const version = (versions.get(sku) ?? 0) + 1
    versions.set(sku, version)
    const product = { sku, version, title: `Product ${number}`, cents: 100 + Math.floor(chance(i) * 9900) }
    return { id: `msg_${i}`, thing: sku, version, body: JSON.stringify({ type: 'product.changed', product }) }
  })
}
