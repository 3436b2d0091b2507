// Run by guard-fallback.test.ts: prints whether a codec was compiled here, and what decoding gives.
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import * as t from 'io-ts'

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && specifier.endsWith('.js')) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL)
      if (source.protocol === 'file:' && existsSync(fileURLToPath(source))) return next(source.href, context)
    }
    return next(specifier, context)
  },
})

const { compile } = await import('../../src/decode/guard.ts')
const { decodeWith } = await import('../../src/decode/decode-with.ts')
const codec = t.type({ a: t.string, n: t.array(t.number) })
const values = [{ a: 'x', n: [1] }, { a: 1, n: ['x'] }, null]
const verdicts = values.map((value) => {
  const result = decodeWith(codec)(value)
  return result._tag === 'Right' ? result : { _tag: 'Left', issues: result.left.issues }
})
console.log(JSON.stringify({ compiled: compile(codec) !== undefined, verdicts }))
