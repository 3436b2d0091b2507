import { setTimeout as wait } from 'node:timers/promises'
import { memoryJournal, silentLogger } from '@xconnector/core'
import { signStandardWebhook } from '@xconnector/http'
import { start } from '../serve.ts'
import { bookOrders, clarify, closeIncidents, hooks } from './flow.ts'
import { startWorld } from './world.ts'

/**
 * Plays the flow by itself: the service, a shop, an ERP, a chat and a pager in this process, which speak HTTP over loopback. The
 * ERP is down, comes back, and then refuses its token. Takes about a minute, for incidents are looked at each full minute.
 */
export const play = async (orders: number): Promise<void> => {
  if (!Number.isSafeInteger(orders) || orders < 20)
    throw new TypeError(`--orders: expected a whole number, 20 or more, got ${orders}`)
  await using world = await startWorld()
  Object.assign(process.env, world.settings)
  const { runtime, server, url } = await start(
    {
      flow: [bookOrders, clarify],
      hooks,
      keepers: (runtime) => [closeIncidents((which) => runtime().deadLetters.list(which))],
    },
    { port: 0, journal: memoryJournal(), log: silentLogger },
  )
  const order = async (id: string, lines: readonly object[] = [{ sku: 'boots', quantity: 1 }]) => {
    const body = JSON.stringify({ id, customer: 'c-1', lines })
    const timestamp = Math.floor(Date.now() / 1000)
    const signed = signStandardWebhook({ secret: world.settings.SHOP_HOOK_SECRET, id, timestamp, body })
    const headers = { ...signed, 'content-type': 'application/json' }
    const { status } = await fetch(`${url}/hooks/orders`, { method: 'POST', headers, body })
    if (status !== 202) throw new Error(`order ${id} was answered with ${status}`)
  }
  const settled = async (held: () => boolean, what: string) => {
    for (let n = 0; !held(); n++) {
      if (n === 1200) throw new Error(`waited two minutes for: ${what}`)
      await wait(100)
    }
  }
  const idle = () => runtime.health().pending === 0
  const say = (ok: boolean, line: string) => {
    console.log(`${ok ? '  ' : 'WRONG: '}${line}`)
    if (!ok) process.exitCode = 1
  }

  console.log(`the ERP is down, and ${orders} orders come`)
  world.erp = 'down'
  for (let n = 0; n < orders; n += 20)
    await Promise.all(Array.from({ length: Math.min(20, orders - n) }, (_, i) => order(`o-${n + i}`)))
  await wait(3000)
  const { pending, parked } = runtime.health()
  say(world.asked.times < 60, `${pending} wait, the ERP was asked ${world.asked.times} times`)
  say(parked.length === 1, `parked: ${parked.map((p) => p.destination).join(', ')}`)

  console.log('the ERP is back')
  world.erp = 'well'
  await settled(idle, 'all orders')
  const once = [...world.booked.values()].every((times) => times === 1)
  say(once && world.booked.size === orders, `${world.booked.size} orders are booked, each once`)
  say(world.told.length === 0 && world.incidents.size === 0, 'nobody was told of anything')

  console.log('an order has no lines, and then the ERP refuses its token')
  await order('bad', [])
  await settled(() => world.told.length === 1, 'the chat')
  say(true, world.told[0]!.replaceAll('\n', '\n  '))
  world.erp = 'refuses the token'
  await Promise.all(Array.from({ length: 20 }, (_, n) => order(`t-${n}`)))
  await settled(() => runtime.health().inFlight === 0 && world.incidents.size === 1, 'the pager')
  const letters = await runtime.deadLetters.list({ tag: 'Unauthorized' })
  say(letters.length === 20, `20 dead letters, open at the pager: ${[...world.incidents.keys()].join(', ')}`)
  const report = JSON.stringify(await runtime.deadLetters.show(letters[0]!.id), undefined, 2)
  say(!report.includes('erp-token'), `the first of them:\n${report}`)

  console.log('somebody makes a new token, and replays them')
  world.erp = 'well'
  await runtime.deadLetters.replay({ tag: 'Unauthorized' })
  await settled(() => world.booked.size === orders + 20, 'the replayed orders')
  await settled(() => world.incidents.size === 0, 'the full minute')
  say(true, 'they are booked, and the incident is closed')
  server.close()
  await runtime.stop()
}
