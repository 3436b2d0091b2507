import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assetUid } from '../../src/cms/uids.ts'
import {
  evidenceIn,
  SYSTEMS,
  type AcknowledgementLine,
  type AssetSaid,
  type EventLine,
  type ExchangeLine,
  type RequestLine,
  type SystemName,
  type VipState,
} from '../../src/shared/evidence.ts'
import type { Manifest, ManifestFile } from '../../src/shared/manifest.ts'
import { writeFiles } from './checker-files.ts'
import { liveJournal, type Given, type Told } from './checker-journal.ts'

const START = 1_800_000_000_000
/** In the middle of the large file's upload. */
export const KILLED = START + 1000
const ENTRIES = 30
const REJECTED = 'e5/en-us'

const text = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('')

const entriesOf = (version: number): readonly Told[] =>
  Array.from({ length: ENTRIES }, (_, i) => {
    const thing = `e${i}/en-us`
    return { id: `${thing}/${version}`, thing, version }
  })

/** Writes all that a good run leaves into a folder, small, by hand; the journal by a runtime that did the work. */
export const writeRun = async (folder: string): Promise<void> => {
  const files = evidenceIn(folder)
  const manifest = writeFiles(join(folder, 'files'), files.manifest)
  const vip = vipState(manifest, files.vipStore)
  const events = eventsOf(vip)
  const requests: Record<SystemName, RequestLine[]> = { site: [], portal: [] }
  const tracking: object[] = []
  let now = START
  let mended = false
  const taken = (system: SystemName) => (given: Given) => {
    const { thing, version, entry } = given
    const refused = system === 'portal' && thing === REJECTED && version === 2 && !mended
    now += 20
    // Long enough that many are in hand at any time.
    const line = { began: now - 1500, at: now, thing, version, entry, applied: !refused }
    requests[system].push({ ...line, status: refused ? 422 : 200 })
    return refused ? 'never' : 'taken'
  }
  const live = await liveJournal(files.journal, {
    site: taken('site'),
    portal: taken('portal'),
    vip: () => 'taken',
    tracking: ({ id, entry, version }) => {
      const { type, subject } = events.find((event) => event.id === id)!
      const asset = vip.assets.find((one) => `assets/${one.id}` === subject)!.source
      now += 20
      const line = { began: now - 5, at: now, event: id, type, asset, sequence: version, entry }
      tracking.push({ ...line, applied: true, status: 200 })
      return 'taken'
    },
  })
  const assets = manifest.files.map((file) => ({ file, told: assetTold(manifest, file) }))
  const tell = async (flow: 'entries' | 'assets' | 'vip-events', told: readonly Told[]): Promise<void> => {
    await live.accept(flow, told)
    await live.still()
  }
  const [first, second] = [entriesOf(1), entriesOf(2)]
  // The first versions of the last three come when the second ones are long there.
  await tell('entries', first.slice(0, -3))
  await tell('entries', second)
  await tell('entries', first.slice(-3))
  for (const n of [1, 2]) {
    await tell(
      'assets',
      assets.map(({ told }) => told).filter(({ version }) => version === n),
    )
    await tell(
      'vip-events',
      events
        .filter(({ sequence }) => sequence === n)
        .map(({ id, subject, sequence }) => ({ id, thing: subject, version: sequence })),
    )
  }
  mended = true
  await live.replay()
  await live.still()
  await live.stop()

  const acknowledgements = [
    ...[...first.slice(0, -3), ...second].map((told) => entryLine(told, START, 'stream')),
    ...first.slice(-3).map((told) => entryLine(told, now + 1000, 'late')),
    ...assets.map(({ told, file }) => assetLine(told, file)),
  ]
  writeFileSync(files.acknowledgements, text([...acknowledgements, acknowledgements[0]!]))
  for (const system of SYSTEMS) writeFileSync(files.requests(system), text(requests[system]))
  writeFileSync(files.tracking, text(tracking))
  writeFileSync(files.events, text(events))
  writeFileSync(files.vipState, JSON.stringify(vip))
  writeFileSync(files.exchanges, text(exchangesOf(vip)))
  writeFileSync(files.kills, text([{ at: KILLED, entriesInFlight: 30, uploadsInFlight: ['upl_0_1'] }]))
  writeFileSync(join(folder, 'service-1.peak'), String(128 * 1024 * 1024))
}

const entryLine = (told: Told, at: number, phase: 'stream' | 'late'): AcknowledgementLine => ({
  at,
  ...told,
  type: 'entry.publish',
  phase,
})

const assetTold = ({ seed }: Manifest, { asset, version }: ManifestFile): Told => {
  const thing = assetUid(seed, asset)
  return { id: `${thing}/${version}`, thing, version }
}

const said = ({ filename, mediaType }: ManifestFile): AssetSaid => ({
  title: filename,
  description: 'A file',
  tags: ['campaign'],
  rights: { holder: 'Example Press', territories: ['DE', 'AT'], until: '2030-01-01T00:00:00Z' },
  filename,
  type: mediaType,
})

const assetLine = (told: Told, file: ManifestFile): AcknowledgementLine => ({
  at: START,
  ...told,
  type: 'asset.publish',
  phase: 'stream',
  asset: said(file),
})

/** Puts the files where VIP keeps them, with what was announced beside them, and tells what VIP says of them. */
const vipState = ({ seed, files }: Manifest, store: string): VipState => {
  mkdirSync(store)
  const versions = files.map((file) => {
    const upload = `upl_${file.asset}_${file.version}`
    copyFileSync(file.path, join(store, upload))
    const announced = { id: upload, size: file.size, offset: 0, metadata: { filename: file.filename } }
    writeFileSync(join(store, `${upload}.json`), JSON.stringify(announced))
    const { asset, version, filename, mediaType, sha256, size } = file
    const state = {
      id: `ver_${asset}_${version}`,
      sourceVersion: version,
      status: 'ready',
      approval: 'approved',
    }
    return { asset, file, state: { ...state, filename, mediaType, sha256, size, file: upload, upload } }
  })
  const assets = [...Map.groupBy(versions, ({ asset }) => asset)].map(([asset, all]) => {
    const { file, state } = all.at(-1)!
    const { title, description, tags, rights } = said(file)
    return {
      id: `ast_${asset}`,
      source: assetUid(seed, asset),
      status: 'published',
      revision: 4,
      metadata: { title: { en: title }, description: { en: description }, keywords: tags },
      rights: {
        status: 'cleared',
        permissions: [
          {
            actions: ['use'],
            territories: { mode: 'include', codes: rights.territories },
            notAfter: rights.until,
          },
        ],
        copyrightNotice: { en: rights.holder },
        revision: 1,
      },
      current: state.id,
      published: state.id,
      versions: all.map((one) => one.state),
    }
  })
  return { assets, violations: [] }
}

const eventsOf = ({ assets }: VipState): readonly EventLine[] =>
  assets.flatMap(({ id }) =>
    ['vip.asset.created', 'vip.asset.published'].map((type, i) => ({
      at: START + 500,
      id: `evt_${id}_${i + 1}`,
      type,
      subject: `assets/${id}`,
      sequence: i + 1,
    })),
  )

/** Each file in one PATCH; the large one in two, of which the kill ended the first, and half of that is sent again. */
const exchangesOf = ({ assets }: VipState): readonly ExchangeLine[] =>
  assets.flatMap(({ id, versions }) => {
    const patches = versions.flatMap(({ upload, size }): readonly ExchangeLine[] => {
      const patch = { method: 'PATCH', path: `/uploads/${upload}` }
      if (upload !== 'upl_0_1')
        return [{ ...patch, at: START + 10, ended: START + 20, status: 204, received: size, offset: 0 }]
      const half = size / 2
      return [
        { ...patch, at: START + 10, ended: KILLED + 5, status: 0, received: half, offset: 0 },
        {
          ...patch,
          at: KILLED + 300,
          ended: KILLED + 900,
          status: 204,
          received: size - half / 2,
          offset: half / 2,
        },
      ]
    })
    const published = { method: 'PUT', path: `/assets/${id}/publication`, status: 200, received: 30 }
    return [...patches, { ...published, at: KILLED + 950, ended: KILLED + 960 }]
  })
