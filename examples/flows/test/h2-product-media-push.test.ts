import { testFlow } from '@xconnector/core/testing'
import { signStandardWebhook } from '@xconnector/http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { hooks, pushMedia } from '../h2-product-media-push/flow.ts'
import { contentOf, startWorld, type Content } from '../h2-product-media-push/world.ts'

const MIB = 1024 * 1024
const film = contentOf('film', 10 * MIB)
const shown = { asset: 'film', version: 1, sha256: film.sha256 }

const reviewed = ({ size, sha256 }: Content, version = 1, decision = 'approved') => ({
  type: 'media.reviewed',
  decision,
  media: {
    id: 'film',
    version,
    sku: 'chair-7',
    kind: 'video',
    title: 'A chair',
    file: { type: 'video/mp4', size, sha256 },
  },
})

/** The systems, on this machine. The DAM has the film. */
const start = async () => {
  const world = await startWorld()
  world.dam.files.set('film.1', film)
  return world
}

test('an approved file is shown by both systems, whole; a rejected one goes nowhere', async () => {
  await using world = await start()
  const { dam, shop, market, settings: config } = world
  await using t = testFlow(pushMedia, { config })
  const { dead } = await t.send(reviewed(film))

  expect(dead).toEqual([])
  expect([shop.shown.get('chair-7'), market.shown.get('chair-7')]).toEqual([[shown], [shown]])
  expect([shop.uploads, market.uploads]).toEqual([[[0, film.size]], [[0, film.size]]])

  await t.send(reviewed(film, 2, 'rejected'))
  expect(dam.asked).toHaveLength(2)
})

test('an upload that is cut goes on where it was in the shop, and from its start in the marketplace', async () => {
  await using world = await start()
  const { shop, market, settings: config } = world
  shop.cut(9 * MIB)
  market.cut(9 * MIB)
  await using t = testFlow(pushMedia, { config })
  await t.send(reviewed(film))

  expect(shop.uploads).toEqual([
    [0, 9 * MIB],
    [9 * MIB, MIB],
  ])
  expect(market.uploads).toEqual([
    [0, 9 * MIB],
    [0, 10 * MIB],
  ])
  expect([shop.shown.get('chair-7'), market.shown.get('chair-7')]).toEqual([[shown], [shown]])
})

test('no product shows half a file; when the service is killed the next one goes on with the upload', async () => {
  await using world = await start()
  const { shop, settings: config } = world
  const held = shop.hold(9 * MIB)
  await using t = testFlow(pushMedia, { config })
  await t.give(reviewed(film))
  await held.reached
  expect(shop.shown.size).toBe(0)

  await t.restart()
  held.end('cut') // as its connection is when a process is killed
  await t.settle()
  const [first, ...rest] = shop.uploads
  expect(rest).toEqual([[first![1], film.size - first![1]]])
  expect(shop.shown.get('chair-7')).toEqual([shown])
})

test(
  '256 MiB are never in memory: the DAM gives no more than a system takes',
  { timeout: 60_000 },
  async () => {
    await using world = await start()
    const { dam, shop, market, settings: config } = world
    const large = contentOf('large', 256 * MIB)
    dam.files.set('film.1', large)
    // Both stand still in the middle for as long as the DAM goes on giving.
    const held = [shop.hold(100 * MIB), market.hold(100 * MIB)]
    await using t = testFlow(pushMedia, { config })
    await t.give(reviewed(large))
    await Promise.all(held.map((one) => one.reached))
    for (let before = -1; before < dam.given; await new Promise((go) => setTimeout(go, 50)))
      before = dam.given
    for (const one of held) one.end('go on')
    const { dead, delivered } = await t.settle()

    expect([dead, delivered.length]).toEqual([[], 4])
    expect([shop.taken, market.taken]).toEqual([large.size, large.size])
    expect(world.peak).toBeLessThan(2 * 24 * MIB) // of two uploads, the system's own socket buffers included
  },
)

test('a download that breaks off goes on by itself, and the systems notice nothing', async () => {
  await using world = await start()
  const { dam, shop, market, settings: config } = world
  dam.cut(7 * MIB)
  await using t = testFlow(pushMedia, { config })
  const { delivered } = await t.send(reviewed(film))

  expect(delivered.map((d) => d.attempts)).toEqual([1, 1, 1, 1])
  expect(dam.asked).toEqual(['film whole', 'film whole', expect.stringMatching(/^film bytes=[1-9]\d+-/)])
  expect([shop.uploads, market.uploads]).toEqual([[[0, film.size]], [[0, film.size]]])
})

test('a file that arrives damaged is removed from staging and sent again', async () => {
  await using world = await start()
  const { shop, market, settings: config } = world
  shop.damage()
  market.damage()
  await using t = testFlow(pushMedia, { config })
  const { delivered } = await t.send(reviewed(film))

  expect(delivered.map((d) => [d.target, d.attempts])).toEqual(
    expect.arrayContaining([
      ['stage-in-shop', 2],
      ['stage-in-market', 2],
    ]),
  )
  expect([shop.uploads, market.uploads].map((all) => all.map(([at]) => at))).toEqual([
    [0, 0],
    [0, 0],
  ])
  expect([shop.shown.get('chair-7'), market.shown.get('chair-7')]).toEqual([[shown], [shown]])
})

test('a file that is another in the DAM than was approved never becomes whole; a replay finds the right one', async () => {
  await using world = await start()
  const { dam, shop, market, settings: config } = world
  dam.files.set('film.1', contentOf('another', film.size))
  await using t = testFlow(pushMedia, { config })
  const { dead, alerts } = await t.send(reviewed(film))

  expect(dead.map(({ hop, error }) => [hop, error])).toMatchObject([
    [expect.stringContaining('stage-in-'), { _tag: 'BadResponse', flaw: 'digest', destination: 'dam' }],
    [expect.stringContaining('stage-in-'), { _tag: 'BadResponse', flaw: 'digest', destination: 'dam' }],
  ])
  expect(alerts.map((alert) => alert.verdict)).toEqual(['dead', 'dead'])
  expect([...shop.uploads, ...market.uploads].every(([, bytes]) => bytes < film.size)).toBe(true)

  dam.files.set('film.1', film)
  for (const { id } of dead) await t.replay(id)
  expect([shop.shown.get('chair-7'), market.shown.get('chair-7')]).toEqual([[shown], [shown]])
})

test('what has come whole is not sent again when the answer is lost, and is shown once', async () => {
  await using world = await start()
  const { market, settings: config } = world
  market.loseAnswer('upload')
  await using t = testFlow(pushMedia, { config })
  await t.send(reviewed(film))
  expect(market.uploads).toEqual([[0, film.size]])

  market.loseAnswer('attach')
  world.dam.files.set('film.2', film)
  await t.send(reviewed(film, 2))
  expect(market.attached).toEqual(['chair-7 film.1', 'chair-7 film.2', 'chair-7 film.2'])
  expect(market.shown.get('chair-7')).toEqual([{ ...shown, version: 2 }])
})

test('a system that refuses a file is put aside alone, and a replay shows it without another upload', async () => {
  await using world = await start()
  const { shop, market, settings: config } = world
  market.refuse(422)
  await using t = testFlow(pushMedia, { config })
  const { dead, alerts } = await t.send(reviewed(film))

  expect(dead).toMatchObject([{ hop: 'market/attach-in-market', error: { _tag: 'Rejected', status: 422 } }])
  expect(alerts).toMatchObject([{ tag: 'Rejected', verdict: 'dead' }])
  expect([shop.shown.get('chair-7'), market.shown.get('chair-7')]).toEqual([[shown], undefined])

  market.refuse(undefined)
  const after = await t.replay(dead[0]!.id)
  expect([after.dead.length, after.pending, market.uploads.length]).toEqual([0, 0, 1])
  expect(market.shown.get('chair-7')).toEqual([shown])
})

test('a marketplace that is down for an hour gets the file then, and the shop has it at once', async () => {
  await using world = await start()
  const { shop, market, settings: config } = world
  market.refuse(503)
  await using t = testFlow(pushMedia, { config })
  await t.give(reviewed(film))
  await t.run(3_600_000)
  expect([shop.shown.get('chair-7'), market.shown.get('chair-7')]).toEqual([[shown], undefined])

  market.refuse(undefined)
  const { dead, pending } = await t.settle()
  expect([dead.length, pending, market.uploads.length]).toEqual([0, 0, 1])
  expect(market.shown.get('chair-7')).toEqual([shown])
})

test('a version that comes after a newer one goes nowhere', async () => {
  await using world = await start()
  const { shop, settings: config } = world
  world.dam.files.set('film.2', film)
  await using t = testFlow(pushMedia, { config })
  await t.send(reviewed(film, 2))
  const { accepted } = await t.send(reviewed(film, 1))

  expect(accepted).toMatchObject([{ as: 'superseded' }])
  expect(shop.shown.get('chair-7')).toEqual([{ ...shown, version: 2 }])
})

test('a webhook is taken with the signature of the DAM, sent twice delivered once, and forged refused', async () => {
  await using world = await start()
  const { shop, settings: config } = world
  await using t = testFlow(pushMedia, { config, ingress: hooks })
  const body = JSON.stringify(reviewed(film))
  const timestamp = Math.floor(t.clock.now() / 1000)
  const headers = signStandardWebhook({ secret: config.DAM_HOOK_SECRET, id: 'msg_1', timestamp, body })
  const webhook = (text: string) =>
    new Request('https://us.test/hooks/dam', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: text,
    })

  const answers = [await t.deliver(webhook(body)), await t.deliver(webhook(body))]
  expect(answers.map(({ response }) => response.status)).toEqual([202, 202])
  expect(shop.attached).toEqual(['chair-7 film.1'])

  const forged = await t.deliver(webhook(body.replace('chair-7', 'chair-8')))
  expect(forged.response.status).toBe(401)
})

test('its play ends well', async () => {
  const before = { ...process.env }
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => {
    process.env = before
    log.mockRestore()
  })
  const { play } = await import('../h2-product-media-push/play.ts')
  await play(8)
  expect(log.mock.calls.flat().filter((line) => String(line).endsWith('shows the whole film'))).toHaveLength(
    2,
  )
})
