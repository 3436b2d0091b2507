import { setTimeout as wait } from 'node:timers/promises'
import { memoryJournal, silentLogger } from '@xconnector/core'
import { start } from '../serve.ts'
import { afterApproval, afterForm, afterOrder, afterProfile } from './flow.ts'
import { hooks } from './senders.ts'
import { FORGED, senders, sent } from './signing.ts'
import { startWorld } from './world.ts'

/** Two of the asset, two of the order, two of the form, one of the profile. */
const FOLLOW_UPS = 7

/** Plays it by itself: the service, four senders and all systems in this process, which speak HTTP over loopback. */
export const play = async (): Promise<void> => {
  await using world = await startWorld()
  Object.assign(process.env, world.settings)
  const place = { port: 0, journal: memoryJournal(), log: silentLogger }
  const flow = [afterApproval, afterOrder, afterForm, afterProfile] as const
  const { runtime, server, url } = await start({ flow, hooks }, place)
  const say = (ok: boolean, line: string) => {
    console.log(`${ok ? '' : 'WRONG: '}${line}`)
    if (!ok) process.exitCode = 1
  }

  for (const [name, sender] of Object.entries(senders)) {
    const time = { now: Date.now() }
    const post = async (signing: Parameters<typeof sent>[2], changed: Parameters<typeof sent>[3] = {}) =>
      (await fetch(sent(sender, 1, signing, { origin: url, ...changed }))).status
    const statuses = [
      await post(time),
      await post(time),
      await post({ ...time, key: FORGED }),
      await post(time, { type: 'application/xml' }),
      await post(time, { body: sender.malformed }),
      await post(time, { body: sender.event(1).padEnd(65 * 1024) }),
    ]
    const what = `${name.padEnd(8)} taken, repeated, forged, of another type, malformed, oversized:`
    say(String(statuses) === '202,202,401,415,400,413', `${what} ${statuses.join(', ')}`)
  }
  for (let n = 0; n < 500 && world.asked.length < FOLLOW_UPS; n++) await wait(10)
  await wait(100) // a repeat would have been followed up by now
  say(world.asked.length === FOLLOW_UPS, `followed up by ${world.asked.length} requests:`)
  for (const line of world.asked.toSorted()) console.log(`  ${line}`)

  server.close()
  server.closeAllConnections()
  await runtime.stop()
}
