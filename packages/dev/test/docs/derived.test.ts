import { expect, test } from 'vitest'
import { derived, withoutTopLevelAwait } from '../../src/docs/derived.ts'
import { linesOfCode, quickStartOf } from '../../src/docs/quick-start.ts'

const file = {
  name: 'service.ts',
  text: [
    "import { start } from './start.ts'",
    "import type { Options } from './start.ts'",
    'const options: Options = { port: 1 }',
    'await start(options)',
    '',
  ].join('\n'),
}

test('JavaScript is the file without its types, and imports JavaScript', () => {
  const { name, text } = derived(file, { module: 'esm', language: 'js' })
  expect(name).toBe('service.js')
  expect(text.trim().split('\n')).toEqual([
    'import { start } from "./start.js";',
    'const options = { port: 1 };',
    'await start(options);',
  ])
})

test('CommonJS awaits in a function, and requires what was imported', () => {
  const { text } = derived(file, { module: 'cjs', language: 'js' })
  expect(text).toContain('require("./start.js")')
  expect(text).toMatch(
    /const main = async \(\) => \{\s+const options = \{ port: 1 \};\s+await \(0, \w+\.start\)/,
  )
  expect(text).not.toContain('import')
})

test('CommonJS in TypeScript keeps its import statements, for the compiler of its user', () => {
  const { name, text } = derived(file, { module: 'cjs', language: 'ts' })
  expect(name).toBe('service.ts')
  expect(text).toMatch(/^import \{ start \}.*\nimport type .*\nconst main = async/)
  expect(derived(file, { module: 'esm', language: 'ts' })).toEqual(file)
})

test('an await inside of a function stays where it is; one beside an export is refused', () => {
  const inside = { name: 'a.ts', text: 'export const f = async () => {\n  await g()\n}\n' }
  expect(withoutTopLevelAwait(inside)).toEqual(inside)
  const beside = { name: 'a.ts', text: 'export const a = await g()\n' }
  expect(() => withoutTopLevelAwait(beside)).toThrow('a.ts: a module that exports cannot await')
})

const block = (mark: string, ...lines: readonly string[]): string =>
  ['```' + mark, ...lines, '```', ''].join('\n')
const around = ['service.ts', 'orders.test.ts', 'send.ts'].map((name) => block(`ts ${name}`, 'f()')).join('')
const ioTs = block('ts order.ts', "import * as t from 'io-ts'", '', 'export const Order = t.string')
const config = block('json', '{ "compilerOptions": { "strict": true } }')
const zod = ["import { z } from 'zod'", '', 'const Order = z.string() // an order']

test('the io-ts codec takes the place of the zod schema, and nothing else changes', () => {
  const page = `${block('ts orders.ts', ...zod, '// a comment', 'f(Order)')}${around}${ioTs}${config}${block('ini', 'A=b=c')}`
  const { code, withIoTs, environment, compilerOptions } = quickStartOf(page)
  expect(withIoTs.map((f) => f.text)).toEqual([
    "import * as t from 'io-ts'\n\nconst Order = t.string\n// a comment\nf(Order)\n",
    'f()\n',
  ])
  expect(linesOfCode(code)).toBe(4)
  expect([environment, compilerOptions]).toEqual([{ A: 'b=c' }, { strict: true }])
})

test('a quick start without one of its files, or without the line to replace, is refused', () => {
  expect(() => quickStartOf(around + ioTs)).toThrow('the README has no block named orders.ts')
  expect(() => quickStartOf(block('ts orders.ts', zod[0]!, 'f()') + around + ioTs)).toThrow(
    'orders.ts has no line',
  )
})
