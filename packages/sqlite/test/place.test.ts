import { seededRandom, systemClock } from '@xconnector/core'
import { describe, expect, it } from 'vitest'
import { MainHost } from '../src/host/main-host.js'
import { SqliteJournal } from '../src/journal/sqlite-journal.js'
import { unsafePlace } from '../src/journal/unsafe-place.js'
import { hops, place, warnings } from './support/journals.js'

const on = (type: number): Promise<string | undefined> =>
  unsafePlace('/data/journal.db', () => Promise.resolve(type))

describe('a place that does not last', () => {
  it.each([
    [0x01021994, 'tmpfs'],
    [0x794c7630, 'overlayfs'],
    [0x6969, 'NFS'],
    [0x517b, 'SMB'],
    [0xff534d42, 'CIFS'],
    [0xfe534d42, 'SMB2'],
  ])('%i is told to be %s', async (type, name) => {
    expect(await on(type)).toContain(name)
  })

  it('is no ext4, xfs or btrfs', async () => {
    for (const type of [0xef53, 0x58465342, 0x9123683e]) expect(await on(type)).toBeUndefined()
  })

  it('is asked about by the directory of the file', async () => {
    let asked = ''
    await unsafePlace('/data/journal.db', async (directory) => ((asked = directory), 0))
    expect(asked).toBe('/data')
  })

  it('is not told of where the system cannot say', async () => {
    expect(await unsafePlace('/data/journal.db', () => Promise.reject(new Error('no')))).toBeUndefined()
  })
})

describe('opening a journal', () => {
  it.each([
    [
      0x01021994,
      ['the journal is on tmpfs: it is gone with the next start of the machine; put it on a local disk'],
    ],
    [0xef53, []],
  ])('on file system %i warns so: %j', async (type, expected) => {
    const { file } = await place()
    const log = warnings()
    const settings = { file, processes: 'one', keepDead: {} } as const
    const host = new MainHost(settings, { clock: systemClock, random: seededRandom(1) }, 256)
    const journal = new SqliteJournal(settings, { clock: systemClock, log }, host, (at) =>
      unsafePlace(at, async () => type),
    )
    await journal.open(hops)
    await journal.close()
    expect(log.said).toEqual(expected)
  })
})
