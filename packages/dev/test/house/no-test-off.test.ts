import { expect, test } from 'vitest'
import { repositoryFile } from '../../src/house/repository-files.ts'
import { noTestOff } from '../../src/house/rules/no-test-off.ts'

const head = "import { describe, it, test as check } from 'vitest'\n"
const found = (code: string, path = 'packages/core/test/flow.test.ts'): number =>
  noTestOff.check([repositoryFile(path, head + code)]).length

test.each([
  "it.skip('x', f)",
  "it.only('x', f)",
  "it.todo('x')",
  "describe.skip('x', f)",
  "check.skipIf(process.platform === 'win32')('x', f)",
  "it.runIf(true)('x', f)",
  "it.concurrent.only('x', f)",
  "it['skip']('x', f)",
  "it('x', { skip: true }, f)",
  "it('x', (t) => { t.skip() })",
  "it('x', ({ skip }) => { skip() })",
  "const own = it.extend({})\nown.skip('x', f)",
  "if (ready) it('x', f)",
  "if (ready) {} else { describe('x', () => { f() }) }",
  "ready && it('x', f)",
  'const maybe = ready ? it : () => undefined',
  "describe('x', () => { if (ready) it('y', f) })",
  'for (const c of cases) { if (c.off) continue\nit(c.name, f) }',
  "describe('x', () => { if (!ready) return\nit('y', f) })",
  "const define = (name: string) => { it(name, f) }\nif (ready) define('x')",
  "function all() { define() }\nfunction define() { it('x', f) }\nif (ready) all()",
  "switch (os) { case 'a': it('x', f) }",
  'cases.forEach((c) => { if (c.on) it(c.name, f) })',
])('%s is found', (code) => {
  expect(found(code)).toBeGreaterThan(0)
})

test.each([
  "it('x', () => { if (ready) return\nf() })",
  'for (const c of cases) it(c.name, f)',
  "it.each([1])('x', f)",
  "describe('x', () => { const skip = 'skip'\nit(skip, f) })",
  "it('x', () => { const log = make()\nlog.skip('a message') })",
  "it('x', { timeout: 5 }, f)",
  "it('x', () => { for (const a of b) { if (a) continue\nf() } })",
  "const run = (c: Case) => { if (c.bad) return undefined\nreturn f(c) }\nit('x', () => run(c))",
])('%s is allowed', (code) => {
  expect(found(code)).toBe(0)
})

test('other files may skip what they like', () => {
  expect(found("it.skip('x', f)", 'packages/core/src/run/loop.ts')).toBe(0)
})
