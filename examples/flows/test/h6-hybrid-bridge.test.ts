import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request, type RequestOptions } from 'node:https'
import { inspect } from 'node:util'
import { testFlow } from '@xconnector/core/testing'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { cloudToSite, inside, siteToCloud } from '../h6-hybrid-bridge/flow.ts'
import { insideServer } from '../h6-hybrid-bridge/service.ts'
import {
  ARCHIVE,
  authority,
  contentOf,
  onLoopback,
  startWorld,
  testProxy,
  type Content,
} from '../h6-hybrid-bridge/world.ts'

const MIB = 1024 * 1024
const contract = contentOf('contract', 3 * MIB)
const SCANS = process.env['SCANS_DIR']!
afterAll(() => rmSync(SCANS, { recursive: true, force: true }))

const published = (version = 1, { size, sha256 }: Content = contract) => ({
  type: 'document.published',
  document: { id: 'contract', version, file: { type: 'application/pdf', size, sha256 } },
})

/** Both sides, on this machine. The cloud has the contract. */
const start = async () => {
  const world = await startWorld()
  world.documents.set('contract', contract)
  return world
}

/** Sends a document to the bridge's inside. */
const scan = async (url: string, content: Content, options: RequestOptions): Promise<number> => {
  const digest = `sha-256=:${Buffer.from(content.sha256, 'hex').toString('base64')}:`
  const headers = {
    'content-type': 'application/pdf',
    'content-length': content.size,
    'content-digest': digest,
    'x-scanner': 'site-token',
  }
  const sent = request(`${url}/from-site/scans/4711`, { method: 'POST', agent: false, ...options, headers })
  content.read().pipe(sent)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode!
}

test('a document of the cloud goes to the archive as a stream: by the proxy, and with certificates of both', async () => {
  await using world = await start()
  await using t = testFlow(cloudToSite, { config: world.settings })
  const { dead } = await t.send(published())

  expect(dead).toEqual([])
  expect(world.archive).toMatchObject([
    {
      what: 'PUT /archive/contract/1',
      certificate: 'the bridge',
      size: contract.size,
      sha256: contract.sha256,
    },
  ])
  expect(world.archive[0]!.authorization).toBeUndefined()
  expect(world.proxy.asked).toEqual(['CONNECT api.cloud.example:443', 'CONNECT eu.files.cloud.example:443'])
})

test('a redirect leads to the file hosts of the cloud, and no credential goes there', async () => {
  await using world = await start()
  await using t = testFlow(cloudToSite, { config: world.settings })
  await t.send(published())

  expect(world.cloud).toMatchObject([{ authorization: 'Bearer cloud-token' }])
  expect(world.files).toMatchObject([{ what: 'GET /signed/contract?signature=s' }])
  expect([world.files[0]!.authorization, world.files[0]!.certificate]).toEqual([undefined, undefined])
})

test('a redirect to anybody else is not followed: nobody is asked, and somebody is told', async () => {
  await using world = await start()
  world.redirectTo('files.stranger.example')
  await using t = testFlow(cloudToSite, { config: world.settings })
  const { dead, alerts } = await t.send(published())

  expect(dead).toMatchObject([
    { attempts: 1, error: { _tag: 'BadResponse', flaw: 'redirect', destination: 'cloud' } },
  ])
  expect(alerts).toMatchObject([{ tag: 'BadResponse', verdict: 'dead' }])
  expect([world.stranger, world.archive]).toEqual([[], []])
  expect(world.proxy.asked).toEqual(['CONNECT api.cloud.example:443'])
})

test('a document of the site goes to the cloud: its file is stored, sent by the proxy, and removed', async () => {
  await using world = await start()
  await using t = testFlow(siteToCloud, { config: world.settings, ingress: inside })
  const { siteCa } = world
  await using bridge = await onLoopback(insideServer({ ...siteCa.issue('bridge', ARCHIVE), ca: siteCa.cert }))
  await t.settle()

  const scanner = { ca: siteCa.cert, ...siteCa.issue('a scanner') }
  expect(await scan(bridge.url, contract, scanner)).toBe(202)
  const { dead } = await t.settle()
  expect(dead).toEqual([])
  expect(world.cloud).toMatchObject([
    {
      what: 'PUT /scans/4711',
      authorization: 'Bearer cloud-token',
      size: contract.size,
      sha256: contract.sha256,
    },
  ])
  expect(world.proxy.asked).toEqual(['CONNECT api.cloud.example:443'])
  expect(readdirSync(SCANS)).toEqual([])
})

test('who has no certificate of the company does not get a word in', async () => {
  await using world = await start()
  await using t = testFlow(siteToCloud, { config: world.settings, ingress: inside })
  const { siteCa } = world
  await using bridge = await onLoopback(insideServer({ ...siteCa.issue('bridge', ARCHIVE), ca: siteCa.cert }))
  await t.settle()

  const stranger = authority('of somebody else').issue('a scanner')
  for (const shown of [{}, stranger])
    await expect(scan(bridge.url, contract, { ca: siteCa.cert, ...shown })).rejects.toThrow()
  const { pending } = await t.settle()
  expect([pending, world.cloud]).toEqual([0, []])
})

test('64 MiB go from side to side in flat memory', async () => {
  await using world = await start()
  const large = contentOf('large', 64 * MIB)
  world.documents.set('contract', large)
  await using t = testFlow(cloudToSite, { config: world.settings })
  const held = world.hold(16 * MIB) // the archive stands still for as long as the cloud goes on giving
  await t.give(published(1, large))
  await held.reached
  for (let before = -1; before < world.given; await new Promise((go) => setTimeout(go, 50)))
    before = world.given
  held.goOn()
  await t.settle()

  expect(world.archive).toMatchObject([{ size: large.size, sha256: large.sha256 }])
  expect(world.peak).toBeLessThan(24 * MIB) // the buffers of the sockets of six connections included
})

const other = authority('of somebody else')
test.each([
  ['has expired', 'CERT_HAS_EXPIRED', { ...ARCHIVE, from: -2, until: -1 }, /has expired/],
  ['is for another host', 'ERR_TLS_CERT_ALTNAME_INVALID', { for: ['other.example'] }, /another host/],
  ['is of an unknown authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', other, /issuer of its certificate/],
])(
  'an archive whose certificate %s is named, gets nothing, and has it by a replay',
  async (_, code, how, says) => {
    await using world = await start()
    const { siteCa } = world
    world.archiveShows('issue' in how ? how.issue('archive', ARCHIVE) : siteCa.issue('archive', how))
    await using t = testFlow(cloudToSite, { config: world.settings })
    const { dead, alerts } = await t.send(published())

    expect(dead).toMatchObject([
      { attempts: 1, error: { _tag: 'ConnectFailed', kind: 'permanent', code, destination: 'site' } },
    ])
    expect(alerts[0]!.sample.error.message).toMatch(says)
    expect(world.archive).toEqual([])

    world.archiveShows(siteCa.issue('archive', ARCHIVE)) // somebody renews it
    const after = await t.replay(dead[0]!.id)
    expect([after.dead.length, world.archive.length]).toEqual([0, 1])
  },
)

test('while the archive does not take our certificate a document waits; a renewed one is taken up', async () => {
  await using world = await start()
  await world.bridgeShows(other.issue('the bridge'))
  await using t = testFlow(cloudToSite, { config: world.settings })
  await t.give(published())
  const { pending, dead } = await t.run(600_000)
  expect([pending, dead, world.archive]).toEqual([1, [], []])

  await world.bridgeShows(world.siteCa.issue('the bridge, renewed'))
  const after = await t.settle()
  expect([after.pending, after.dead]).toEqual([0, []])
  expect(world.archive).toMatchObject([{ certificate: 'the bridge, renewed', sha256: contract.sha256 }])
})

test.each(['SITE_URL', 'CLOUD_URL'])('a service whose %s is not https does not start', async (variable) => {
  await using world = await start()
  const config = { ...world.settings, [variable]: 'http://archive.corp.example' }
  const t = testFlow(cloudToSite, { config })
  await expect(t.send(published())).rejects.toThrow(`${variable} is wrong`)
  expect(world.proxy.asked).toEqual([])
})

test('a proxy that wants other credentials is named, and its password stands nowhere', async () => {
  await using world = await start()
  await using refusing = await testProxy({ hosts: {}, refuse: 407 })
  const config = { ...world.settings, PROXY_URL: refusing.url.replace('//', '//bridge:proxy-password@') }
  await using t = testFlow(cloudToSite, { config })
  const report = await t.send(published())

  expect(report.dead).toMatchObject([
    { error: { _tag: 'ConnectFailed', kind: 'permanent', code: 'PROXY_AUTHENTICATION_REQUIRED' } },
  ])
  const basic = Buffer.from('bridge:proxy-password').toString('base64')
  expect(refusing.credentials).toContain(`Basic ${basic}`)
  const letter = await t.runtime.deadLetters.show(report.dead[0]!.id)
  for (const secret of ['proxy-password', basic, 'cloud-token', 'BEGIN'])
    expect(inspect([report, letter], { depth: 20 })).not.toContain(secret)
})

test('a proxy that reaches nobody for an hour delays a document, and loses none', async () => {
  await using world = await start()
  const known = { ...world.hosts }
  for (const host of Object.keys(known)) delete world.hosts[host]
  await using t = testFlow(cloudToSite, { config: world.settings })
  await t.give(published())
  const { pending, dead } = await t.run(3_600_000)
  expect([pending, dead, world.cloud]).toEqual([1, [], []])

  Object.assign(world.hosts, known)
  const after = await t.settle()
  expect([after.pending, after.dead, world.archive.length]).toEqual([0, [], 1])
})

test('its play ends well', async () => {
  const before = { ...process.env }
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => {
    process.env = before
    log.mockRestore()
  })
  const { play } = await import('../h6-hybrid-bridge/play.ts')
  await play()
  const said = log.mock.calls.flat().join('\n')
  expect(said).toContain('its certificate has expired')
  expect(said).toContain(
    'the archive was asked: PUT /archive/contract/2, by "the bridge", no token, 64 MiB came',
  )
})
