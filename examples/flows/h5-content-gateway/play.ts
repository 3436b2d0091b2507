import { setTimeout as wait } from 'node:timers/promises'
import { memoryJournal, silentLogger } from '@xconnector/core'
import { signStandardWebhook } from '@xconnector/http'
import { start } from '../serve.ts'
import { content, hooks, published } from './flow.ts'
import { SECRETS, startWorld } from './world.ts'

/** Plays it by itself: the service and all backends in this process, which speak HTTP over loopback. */
export const play = async (): Promise<void> => {
  await using world = await startWorld()
  Object.assign(process.env, world.settings)
  const place = { port: 0, journal: memoryJournal(), log: silentLogger }
  const { runtime, server, url } = await start({ flow: published, hooks, behind: content.node }, place)
  const get = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(url + path, { headers })
    return { status: answer.status, by: answer.headers.get('cache-status'), body: await answer.text() }
  }
  const say = (ok: boolean, line: string) => {
    console.log(`${ok ? '' : 'WRONG: '}${line}`)
    if (!ok) process.exitCode = 1
  }

  // Stale at once, so that nobody has to wait for it.
  world.says.set('cms', { 'cache-control': 'max-age=0' })
  const page = await get('/de/content/articles/moon')
  say(page.status === 200, `a page of the CMS:        ${page.body}`)
  const app = await get('/content/articles/moon', { 'x-channel': 'app' })
  say(app.body.includes('"app"'), `the same for the app:     ${app.body}`)

  const many = await Promise.all(Array.from({ length: 500 }, () => get('/media/tea.jpg')))
  const files = world.got.filter(({ backend }) => backend === 'media').length
  say(
    many.every(({ status }) => status === 200) && files === 1,
    `500 requests at once:     ${files} to the backend`,
  )

  world.down.add('cms')
  const stale = await get('/de/content/articles/moon')
  say(stale.status === 200, `the CMS is down:          ${stale.status}, ${stale.by}`)
  world.down.clear()

  world.entries.set('moon', 'Moon landing, corrected')
  const body = JSON.stringify({ type: 'published', entry: { id: 'moon' } })
  const timestamp = Math.floor(Date.now() / 1000)
  const signed = signStandardWebhook({ secret: SECRETS['CMS_HOOK_SECRET']!, id: 'event-1', timestamp, body })
  const headers = { 'content-type': 'application/json', ...signed }
  const told = await fetch(`${url}/hooks/cms`, { method: 'POST', body, headers })
  let after = await get('/de/content/articles/moon')
  for (let n = 0; n < 100 && after.body === page.body; n++) {
    await wait(20)
    after = await get('/de/content/articles/moon')
  }
  say(told.status === 202 && after.body.includes('corrected'), `it was published:         ${after.body}`)

  const product = await get('/products/tea')
  say(product.status === 200, `a product, of three:      ${product.body}`)
  world.down.add('stock')
  const without = await get('/products/tea')
  say(without.body.includes('"stock":null'), `the stock is down:        ${without.body}`)
  const none = await get('/products/none')
  say(none.status === 404, `a product that is not:    ${none.body}`)

  server.close()
  server.closeAllConnections()
  await runtime.stop()
  content.close()
}
