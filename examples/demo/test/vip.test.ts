import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { unfinishedUploads } from '../src/vip/unfinished-uploads.ts'

const folder = mkdtempSync(join(tmpdir(), 'xconnector-demo-vip-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the unfinished uploads of a folder', () => {
  test('are those of which some bytes are there, and not all', () => {
    const store = join(folder, 'store')
    mkdirSync(store)
    for (const [id, received] of Object.entries({ none: 0, some: 40, all: 100 })) {
      writeFileSync(join(store, `${id}.json`), JSON.stringify({ id, size: 100 }))
      writeFileSync(join(store, id), Buffer.alloc(received))
    }
    expect(unfinishedUploads(store)).toEqual([{ id: 'some', received: 40 }])
    appendFileSync(join(store, 'some'), Buffer.alloc(60))
    expect(unfinishedUploads(store)).toEqual([])
  })

  test('are none while what was announced is still being written, or the folder is not there', () => {
    const store = join(folder, 'early')
    mkdirSync(store)
    writeFileSync(join(store, 'one.json'), '{"size":')
    writeFileSync(join(store, 'one'), Buffer.alloc(5))
    expect(unfinishedUploads(store)).toEqual([])
    expect(unfinishedUploads(join(folder, 'nowhere'))).toEqual([])
  })
})
