import { createServer } from 'node:http'
import { onLoopback } from '../on-loopback.ts'
import { fakeDam, type FakeDam } from './fake-dam.ts'
import { fakeStore, type FakeStore } from './fake-store.ts'

export { contentOf, type Content } from '../content.ts'

/** Everybody whom the flow talks to, on this machine: for its test, and for the play of `main.ts`. */
export interface World extends AsyncDisposable {
  readonly dam: FakeDam
  readonly shop: FakeStore
  readonly market: FakeStore
  /** What the service is told by its environment. */
  readonly settings: Readonly<Record<string, string>> & { readonly DAM_HOOK_SECRET: string }
  /** The most bytes that the DAM had given and nobody had taken. */
  readonly peak: number
}

export const startWorld = async (): Promise<World> => {
  let peak = 0
  const seen = (): void => void (peak = Math.max(peak, dam.given - shop.taken - market.taken))
  const dam = fakeDam({ token: 'dam-token', seen })
  const shop = fakeStore({ credentials: ['authorization', 'Bearer shop-token'], parts: true })
  const market = fakeStore({ credentials: ['x-api-key', 'market-key'], parts: false })
  const pager = createServer((_, response) => response.writeHead(204).end())
  const running = new AsyncDisposableStack()
  const at = async (server: typeof pager): Promise<string> => running.use(await onLoopback(server)).url
  return {
    dam,
    shop,
    market,
    settings: {
      DAM_URL: await at(dam.server),
      DAM_TOKEN: 'dam-token',
      DAM_HOOK_SECRET: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
      SHOP_URL: await at(shop.server),
      SHOP_TOKEN: 'shop-token',
      MARKET_URL: await at(market.server),
      MARKET_KEY: 'market-key',
      PAGER_URL: await at(pager),
    },
    get peak() {
      return peak
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
