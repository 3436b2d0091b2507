import { setTimeout as wait } from 'node:timers/promises'
import { memoryJournal, silentLogger } from '@xconnector/core'
import { signStandardWebhook } from '@xconnector/http'
import { start } from '../serve.ts'
import { contentOf } from '../content.ts'
import { hooks, pushMedia } from './flow.ts'
import { startWorld } from './world.ts'

const MIB = 1024 * 1024

/**
 * Plays the flow by itself: the service, a DAM, a shop and a marketplace in this process, which speak HTTP over loopback. A film
 * of so many MiB is approved; every connection is cut once on its way. Says what came of it, and how much memory it took.
 */
export const play = async (mib: number): Promise<void> => {
  if (!Number.isSafeInteger(mib) || mib < 1)
    throw new TypeError(`--mib: expected a whole number, 1 or more, got ${mib}`)
  await using world = await startWorld()
  const { dam, shop, market, settings } = world
  Object.assign(process.env, settings)
  console.log(`makes a film of ${mib} MiB`)
  const film = contentOf('film', mib * MIB)
  dam.files.set('film.1', film)
  dam.cut(Math.floor(0.3 * film.size))
  shop.cut(Math.floor(0.6 * film.size))
  market.cut(Math.floor(0.4 * film.size))

  const { runtime, server, url } = await start(
    { flow: pushMedia, hooks },
    { port: 0, journal: memoryJournal(), log: silentLogger },
  )
  const body = JSON.stringify({
    type: 'media.reviewed',
    decision: 'approved',
    media: {
      id: 'film',
      version: 1,
      sku: 'chair-7',
      kind: 'video',
      title: 'A chair',
      file: { type: 'video/mp4', size: film.size, sha256: film.sha256 },
    },
  })
  const timestamp = Math.floor(Date.now() / 1000)
  const signed = signStandardWebhook({ secret: settings.DAM_HOOK_SECRET, id: 'msg_1', timestamp, body })
  const { status } = await fetch(`${url}/hooks/dam`, {
    method: 'POST',
    headers: { ...signed, 'content-type': 'application/json' },
    body,
  })
  console.log(`the DAM says that it is approved: ${status}`)
  const began = performance.now()
  while (runtime.health().pending > 0) await wait(100)
  const seconds = (performance.now() - began) / 1000

  console.log(`the DAM was asked for: ${dam.asked.join(', ')}`)
  for (const [name, store] of [
    ['shop', shop],
    ['marketplace', market],
  ] as const) {
    const parts = store.uploads.map(([at, bytes]) => `${inMib(bytes)} from byte ${at}`)
    const right = store.shown.get('chair-7')?.every(({ sha256 }) => sha256 === film.sha256) === true
    console.log(
      `the ${name} was sent ${parts.join(', then ')}: ${right ? 'it shows the whole film' : 'WRONG'}`,
    )
    if (!right) process.exitCode = 1
  }
  console.log(`took ${seconds.toFixed(1)} s; at most ${inMib(world.peak)} were given and not yet taken`)
  const rss = inMib(process.resourceUsage().maxRSS * 1024)
  console.log(`memory at its highest, all the systems included: ${rss}`)
  server.close()
  await runtime.stop()
}

const inMib = (bytes: number): string => `${Math.round(bytes / MIB)} MiB`
