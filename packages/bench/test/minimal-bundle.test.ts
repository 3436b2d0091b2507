import { join, relative } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { packageFolder } from '../src/harness/places.ts'
import { CALLED, DEPLOYED } from '../src/import/size.ts'

const core = join(packageFolder, '../core/src')

/** The files of core that a bundle of a module takes in, relative to its `src`. */
const bundled = async (text: string): Promise<readonly string[]> => {
  const { metafile } = await build({
    stdin: { contents: text, resolveDir: packageFolder },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@xconnector/source'],
    logLevel: 'error',
  })
  const out = Object.values(metafile.outputs)[0]!.inputs
  return Object.entries(out)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => relative(core, join(process.cwd(), file)))
    .filter((file) => !file.startsWith('..'))
}

const outside = /^(patterns|formats)\/|^source\/(schedule|poll|cron)/

describe('what an application pays for patterns that it does not use', () => {
  test.each([
    ['called', CALLED],
    ['deployed', DEPLOYED],
  ])('the bundle of a flow that is %s holds no file of patterns or formats', async (_what, text) => {
    const files = await bundled(text)
    expect(files).toContain('run/loop.ts')
    expect(files.filter((f) => outside.test(f))).toEqual([])
  })

  test('a pattern that is used comes alone', async () => {
    const files = await bundled(`${CALLED}
      import { wireTap } from '@xconnector/core/patterns'
      console.log(wireTap)`)
    expect(files.filter((f) => outside.test(f))).toEqual(['patterns/wire-tap.ts'])
  })
})
