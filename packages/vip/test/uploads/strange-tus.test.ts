import { describe, expect, test } from 'vitest'
import { apiKey } from '@xconnector/http'
import { vip } from '../../src/index.js'
import { hop } from '../support/hop.js'
import { MemoryFiles, sha256Of } from '../support/memory-files.js'
import { strangeTus, type Strange } from '../support/strange-tus.js'

const SIZE = 100_000
const CHUNK = 10_000

const sent = async (tus: { readonly url: string }) => {
  const files = new MemoryFiles()
  const bytes = files.add('f', SIZE)
  const dam = vip({
    baseUrl: tus.url,
    auth: apiKey({ header: 'x-key', key: 'k' }),
    files,
    profile: { paths: { uploads: '/files' } },
    chunkBytes: CHUNK,
    destination: { circuit: false },
  })
  const file = { ref: files.ref('f'), name: 'f', type: 'image/png' }
  const result = await dam.uploads.send.call(file, hop().attempt())
  dam.close()
  expect(files.allClosed).toBe(true)
  return { result, bytes, opened: files.opened }
}

const times = (n: number, strange: Strange): readonly Strange[] => Array.from({ length: n }, () => strange)

describe('a server that departs from tus', () => {
  test.each<[string, readonly Strange[], { location?: false; head?: false }]>([
    ['creates an upload and does not say where', [], { location: false }],
    ['takes bytes and tells no offset', [{ offset: () => undefined }], {}],
    ['tells an offset beyond the end', [{ offset: () => SIZE + 1 }], {}],
    ['takes nothing, again and again', times(4, { keep: () => 0 }), {}],
    ['cannot say after a break what it has', [{ cut: true }], { head: false }],
  ])('that %s is UploadRefused', async (_, script, options) => {
    await using tus = await strangeTus(script, options)
    expect((await sent(tus)).result).toMatchObject({ left: { _tag: 'UploadRefused', kind: 'permanent' } })
  })

  test.each<[string, readonly Strange[]]>([
    ['takes less than it gets', [{ keep: () => 1000 }, { keep: (n) => n / 2 }]],
    [
      'breaks off with some of it taken',
      [
        { cut: true, keep: () => 7 },
        { cut: true, keep: () => 0 },
      ],
    ],
    ['loses what it had', [{}, {}, {}, {}, { cut: true, keep: () => -30_000 }]],
    ['loses what it had, and says so', [{}, { keep: () => -9_999 }]],
    ['fails for a while', times(3, { status: 500 })],
    ['is locked for a while', times(3, { status: 423 })],
    ['fails every other time', times(6, {}).flatMap((fine) => [{ status: 500 }, fine])],
  ])('that %s has the whole file in the end', async (_, script) => {
    await using tus = await strangeTus(script)
    const { result, bytes } = await sent(tus)
    expect(result).toMatchObject({ _tag: 'Right', right: { sha256: sha256Of(bytes), size: SIZE } })
    expect(tus.bytes.equals(bytes)).toBe(true)
    expect(tus.requests.filter((method) => method === 'POST')).toHaveLength(1)
  })

  test.each<[string, Strange, string, string]>([
    ['breaks off', { cut: true, keep: () => 0 }, 'ConnectionLost', 'transient'],
    ['fails', { status: 500 }, 'Unavailable', 'transient'],
    ['is locked', { status: 423 }, 'UploadLocked', 'transient'],
  ])('that always %s without taking a byte: after three breaks it is the flow that waits', async (...row) => {
    const [, strange, _tag, kind] = row
    await using tus = await strangeTus(times(20, strange))
    expect((await sent(tus)).result).toMatchObject({ left: { _tag, kind } })
    expect(tus.requests.filter((method) => method === 'PATCH')).toHaveLength(4)
  })

  test('that refuses the bytes for good is not asked again', async () => {
    await using tus = await strangeTus(times(20, { status: 413 }))
    expect((await sent(tus)).result).toMatchObject({ left: { _tag: 'Rejected', status: 413 } })
    expect(tus.requests).toEqual(['POST', 'PATCH'])
  })
})
