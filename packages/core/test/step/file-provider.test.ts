import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { config, fileProviders, url, type FileProvider } from '../../src/index.js'

const provider = (name: string): FileProvider => ({
  name,
  open: (file, options) => Readable.from([`${name}/${file.id}`.slice(options?.start ?? 0)]),
})

describe('fileProviders', () => {
  const files = fileProviders(provider('cms'), provider('dam'))

  test('opens a file by the provider that it names, fresh at each call', async () => {
    const file = { provider: 'dam', id: 'a', version: '1' }
    expect(await text(await files.open(file))).toBe('dam/a')
    expect(await text(await files.open(file, { start: 4 }))).toBe('a')
  })

  test('reads what its providers read from the configuration', () => {
    const env = config({ LIBRARY: url }, {})
    const settled = fileProviders({ ...provider('cms'), settings: [env.LIBRARY] }, provider('dam'))
    expect(settled.settings).toEqual([env.LIBRARY])
  })

  test('names the provider that is missing, and those that are there', () => {
    expect(() => files.open({ provider: 'ftp', id: 'a', version: '1' })).toThrow(
      'no provider "ftp" for file a; known: cms, dam',
    )
  })
})
