import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { packageFolder } from '../harness/places.ts'
import type { Variant } from '../harness/sample.ts'

/** Minified and gzipped, what a bundler makes of a module that uses the built package; `own`: without other packages. */
export const size =
  (text: string, own: boolean): Variant =>
  async () => {
    const { outputFiles } = await build({
      stdin: { contents: text, resolveDir: packageFolder },
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      external: own ? ['eventemitter3', 'fp-ts', 'io-ts', '@standard-schema/spec'] : [],
      logLevel: 'error',
    })
    const { contents } = outputFiles[0]!
    return {
      'minified KB': contents.length / 1024,
      'gzip KB': gzipSync(contents, { level: 9 }).length / 1024,
    }
  }

/** A flow that is called. */
export const CALLED = `
import { flow } from '@xconnector/core'
export const greet = flow('greet').input().filter('named', (b) => b.name !== '').map('text', (b) => 'Hello ' + b.name)
console.log(await greet.run({ name: 'Ada' }))
`

/** A flow that is deployed on the memory journal. */
export const DEPLOYED = `
import { byKind, createDestination, createRuntime, flow, memoryJournal, right, target } from '@xconnector/core'
const site = target({
  name: 'site',
  destination: createDestination({ name: 'site' }),
  effect: 'keyed',
  call: async () => ({ result: right({}), seen: { as: 'ok' } }),
})
const source = { name: 'hook', single: false, decode: (raw) => right(raw), start: () => ({ stop() {} }) }
const deliver = flow('deliver').from(source).to(site).otherwise(byKind())
const runtime = createRuntime({ flows: [deliver], journal: memoryJournal() })
await runtime.start()
await runtime.stop()
`

export const WHOLE = `export * from '@xconnector/core'`
