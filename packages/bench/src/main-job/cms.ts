// The CMS: the fake stack that the demo has, with every entry and asset in one version. Signing is done before the clock starts.
import type { Publication } from '../../../../examples/demo/src/cms/publications.ts'
import { filledStack } from '../../../../examples/demo/src/cms/stack.ts'
import { assetUid, entryUid } from '../../../../examples/demo/src/cms/uids.ts'
import { makeManifest } from './manifest.ts'
import { obeying } from '../harness/obeying.ts'
import type { Order, What } from './orders.ts'
import { sendWebhooks, webhookOf, type Webhook } from './webhooks.ts'

const { ENTRIES = '0', ASSETS = '0' } = process.env
const manifest = makeManifest(Number(ASSETS))

const entry = (_: unknown, i: number): Publication => {
  const uid = entryUid(manifest.seed, i)
  const thing = `${uid}/en-us`
  return { type: 'entry.publish', id: `${thing}/1`, thing, version: 1, uid, locale: 'en-us' }
}
const asset = (_: unknown, i: number): Publication => {
  const uid = assetUid(manifest.seed, i)
  return { type: 'asset.publish', id: `${uid}/1`, thing: uid, version: 1, uid }
}
const all: Readonly<Record<What, Publication[]>> = {
  entries: Array.from({ length: Number(ENTRIES) }, entry),
  assets: Array.from({ length: Number(ASSETS) }, asset),
}
const { stack, publish } = filledStack(manifest, [...all.entries, ...all.assets])
const { url } = await stack.listen()
let to = ''
let kept: readonly Webhook[] = []

obeying<Order>({ url, apiKey: stack.settings.apiKey }, async (order) => {
  if (order.as === 'prepare') {
    to = order.url
    const published = all[order.what].splice(0, order.n)
    kept = await Promise.all(published.map((p) => webhookOf(stack.request(publish(p), { url: to }))))
  }
  if (order.as === 'send') await sendWebhooks(to, kept, order.width)
  return {}
})
