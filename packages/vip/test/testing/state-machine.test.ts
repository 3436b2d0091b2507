import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { virtualClock } from '@xconnector/core/testing'
import { contract, vipServer, type Asset, type Version } from '@xconnector/vip/testing'
import { clientOf, RIGHTS } from './client.js'

// The table of the contract, written down once more: the server's own must not be its own judge.
const MOVES: Record<string, readonly string[]> = {
  draft: ['ready', 'removed'],
  ready: ['scheduled', 'published', 'removed'],
  scheduled: ['published', 'ready', 'removed'],
  published: ['suspended', 'expired', 'retired', 'removed'],
  suspended: ['published', 'expired', 'retired', 'removed'],
  expired: ['published', 'retired', 'removed'],
  retired: ['scheduled', 'published', 'removed'],
  removed: [],
}

const clock = virtualClock()
const server = vipServer({ clock, contract: contract() })
const client = clientOf(server)
afterAll(() => server.close())

type Command = readonly [name: string, which: number]
const WEIGHTS = {
  version: 1,
  approve: 4,
  reject: 1,
  withdraw: 1,
  publish: 4,
  schedule: 3,
  window: 3,
  unpublish: 2,
  hold: 3,
  clear: 3,
  wait: 4,
  put: 1,
  remove: 1,
} as const
const name = fc.oneof(
  ...Object.entries(WEIGHTS).map(([each, weight]) => ({ arbitrary: fc.constant(each), weight })),
)
// Half of the runs begin with a version that may go out, or they would seldom get far.
const begin = fc.constantFrom<readonly Command[]>(
  [],
  [
    ['version', 0],
    ['approve', 0],
  ],
)
const commands = fc
  .tuple(begin, fc.array(fc.tuple(name, fc.nat(3)), { minLength: 1, maxLength: 30, size: 'max' }))
  .map(([first, rest]) => [...first, ...rest])

const later = (ms: number) => new Date(clock.now() + ms).toISOString()

const run = async (id: string, sourceId: string, versions: Version[], [name, which]: Command) => {
  const version = which === 3 ? versions[0] : versions.at(-1)
  const decide = (decision: string) => (version === undefined ? undefined : client.approve(version, decision))
  const publish = (more: object) => (version === undefined ? undefined : client.publish(id, version.id, more))
  switch (name) {
    case 'version':
      return void versions.push(await client.version(id, `${id} ${versions.length}`))
    case 'approve':
      return decide('approved')
    case 'reject':
      return decide('rejected')
    case 'withdraw':
      return decide('withdrawn')
    case 'publish':
      return publish({})
    case 'schedule':
      return publish({ publishAt: later(1000) })
    case 'window':
      return publish({ unpublishAt: later(1500) })
    case 'unpublish':
      return client.change('DELETE', id, '/publication')
    case 'hold':
      return client.change('PUT', id, '/rights', { ...RIGHTS, status: 'hold' })
    case 'clear':
      return client.change('PUT', id, '/rights', RIGHTS)
    case 'wait':
      return clock.advanceBy(which * 700)
    case 'put': {
      const { etag } = await client.asset(id)
      const body = { ...source(sourceId), metadata: { title: { en: `title ${which}` } } }
      return client.call('PUT', `/sources/cms/assets/${sourceId}`, body, { 'if-match': etag })
    }
    default:
      return client.change('DELETE', id, '')
  }
}
const source = (id: string) => ({ source: { system: 'cms', id }, kind: 'image', rights: RIGHTS })

describe('Over any sequence of commands', () => {
  test('an asset makes only legal moves, and its revision and its tag tell of every change', async () => {
    let runs = 0
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const sourceId = `run-${++runs}`
        const { id } = await client.create(sourceId)
        const from = server.events.length
        const versions: Version[] = []
        let before = await client.asset(id)
        for (const command of sequence) {
          if (server.asset(id)!.status === 'removed') break
          const told = server.events.length
          await run(id, sourceId, versions, command)
          const asset = server.asset(id)!
          const changes = server.events
            .slice(told)
            .filter(({ type, subject }) => subject === `assets/${id}` && type.startsWith('vip.asset.'))
            .map(({ data }) => data.object)
          // One event for every revision, each a legal move from the one before.
          let status: string = before.body.status
          changes.forEach((object, i) => {
            expect(object.revision).toBe(before.body.revision + i + 1)
            if (object.status !== status) expect(MOVES[status]).toContain(object.status)
            if (object.status !== status) seen.add(`${status} ${object.status}`)
            status = object.status!
          })
          expect(asset.revision).toBe(before.body.revision + changes.length)
          expect(asset.status).toBe(status)
          invariants(asset)
          if (asset.status === 'removed') break
          const after = await client.asset(id)
          expect(after.etag === before.etag).toBe(after.body.revision === before.body.revision)
          if (after.etag === before.etag) expect(after.body).toEqual(before.body)
          before = after
        }
        const sequences = server.events
          .filter(({ subject }) => subject === `assets/${id}`)
          .map((e) => e.sequence)
        expect(sequences).toEqual(sequences.map((_, i) => String(i + 1).padStart(20, '0')))
        expect(from).toBeGreaterThan(0)
      }),
      { numRuns: 60, seed: 20261121 },
    )
    expect(server.violations).toEqual([])
    // The runs went through most of the table; a property over drafts alone would prove little.
    expect(seen.size).toBeGreaterThanOrEqual(18)
  })
})

const invariants = (asset: Asset) => {
  const out = ['published', 'suspended', 'expired'].includes(asset.status)
  expect(asset.publishedVersionId !== null).toBe(out)
  expect(asset.publishAt !== undefined).toBe(asset.status === 'scheduled')
  if (asset.status !== 'published') return
  const version = server.versions(asset.id).find(({ id }) => id === asset.publishedVersionId)!
  expect(version).toMatchObject({ status: 'ready', approval: { decision: 'approved' } })
  expect(asset.rights.status).not.toBe('hold')
}
