import ts from 'typescript'
import { expect, test } from 'vitest'
import { root } from '../../src/command/repository.ts'
import { candidatesIn, candidatesOf, faulty } from '../../src/mutants/generated/candidates.ts'
import { typeChecker } from '../../src/mutants/generated/compiles.ts'
import { around, probed } from '../../src/mutants/generated/probes.ts'
import { testsFor, type Reach } from '../../src/mutants/generated/reach.ts'
import { percent, scoreOf, summary } from '../../src/mutants/generated/score.ts'
import type { Fared } from '../../src/mutants/generated/trial.ts'

const FILE = 'packages/core/src/run/sample.ts'
const faults = (text: string): readonly string[] =>
  candidatesOf(FILE, text).map((c) => `${c.operator}: ${faulty(text, c).replaceAll(/\s+/g, ' ').trim()}`)

test('each operator makes the fault that it is named after', () => {
  expect(faults('if (a) b()')).toEqual(['negate: if (!(a)) b()', 'drop statement: if (a) ;'])
  expect(faults('if (a) { b } else { c }')).toContain('swap branches: if (a) { { c } } else { { b } }')
  expect(faults('const x = a ? b : c')).toEqual(['swap branches: const x = a ? c : b'])
  expect(faults('const x = await f()')).toEqual(['drop await: const x = (f())'])
  expect(faults('const x = a && b === c')).toEqual([
    'change logic: const x = a || b === c',
    'negate equality: const x = a && b !== c',
  ])
  expect(faults('const x = a < b')).toEqual(['change boundary: const x = a <= b'])
  expect(faults('const x = a ?? b')).toEqual(['drop default: const x = (b)'])
  expect(faults('const x = Math.min(a, b) + c')).toEqual([
    'change arithmetic: const x = Math.max(a, b) + c',
    'change arithmetic: const x = Math.min(a, b) - c',
  ])
  expect(faults('const f = () => { a(); b(); return c }')).toContain(
    'return early: const f = () => { a(); return; b(); return c }',
  )
  expect(faults("const x = [a, 'b']")).toEqual(['empty array: const x = []'])
  expect(faults('const x = { a, b: true }')).toEqual([
    'drop property: const x = { b: true }',
    'drop property: const x = { a, }',
    'change value: const x = { a, b: false }',
  ])
  expect(faults('const x = as.filter(f).some(g)')).toEqual([
    'change quantifier: const x = as.some(g)',
    'change quantifier: const x = as.filter(f).every(g)',
  ])
})

test('types, imports, and the wording of errors and log lines get no faults', () => {
  expect(faults("import { a } from 'b'")).toEqual([])
  expect(faults("type A = 'x' | 1\ninterface B { readonly c: true }")).toEqual([])
  expect(faults("throw new TypeError(a ? 'b' : 'c')")).toEqual([])
  expect(faults("log.warn({ a }, b ? 'c' : 'd')")).toEqual(['drop statement: ;'])
})

test('a fault has the same id wherever it stands in its file, and twins are told apart', () => {
  const ids = (text: string): readonly string[] => candidatesOf(FILE, text).map((c) => c.id)
  expect(ids('\n\nf()')).toEqual(ids('f()'))
  expect(new Set(ids('f()\nf()')).size).toBe(2)
})

test('a seed gives the same mutants in the same order, another seed another order', () => {
  const first = (seed: number): readonly string[] =>
    candidatesIn(root, seed, ['packages/core/src/route'])
      .slice(0, 50)
      .map((c) => c.id)
  const one = first(1)
  expect(first(1)).toEqual(one)
  expect(first(2)).not.toEqual(one)
})

test('what a build would refuse is refused', () => {
  const compiles = typeChecker(root)
  const file = 'packages/core/src/result/result.ts'
  expect(compiles(file, 'export const a: number = 1\n')).toBe(true)
  expect(compiles(file, "export const a: number = 'x'\n")).toBe(false)
  expect(compiles(file, 'export const a: number = (\n')).toBe(false)
  expect(compiles(file, 'export const f = (): void => { const left = 1; return; f() }\n')).toBe(true)
})

test('a probed file still parses, and tells which of its stretches ran', () => {
  const text = [
    'const f = (a) => (a > 1 ? g(a) : 0)',
    'const g = (a) => { if (a > 2) return 1; else if (a > 1) { return 2 } return 3 }',
    'out.push(f(1), f(2))',
  ].join('\n')
  const p = probed(FILE, text, 10)
  const source = ts.createSourceFile('p.ts', p.text, ts.ScriptTarget.Latest) as {
    parseDiagnostics?: unknown[]
  }
  expect(source.parseDiagnostics).toEqual([])
  const out: unknown[] = []
  // oxlint-disable-next-line typescript/no-implied-eval -- what was probed is to run
  new Function('out', p.text)(out)
  expect(out).toEqual([0, 2])
  const ran = (globalThis as { PROBES?: Set<number> }).PROBES!
  const at = (part: string): { file: string; start: number; end: number } => {
    const start = text.indexOf(part)
    return { file: FILE, start, end: start + part.length }
  }
  const came = (part: string): boolean => around(p.stretches, at(part)).some((id) => ran.has(id))
  expect(['g(a)', '0)', 'return 1', 'return 2'].map(came)).toEqual([true, true, false, true])
  expect(around(p.stretches, at('out.push')).length).toBe(p.stretches.length)
})

test('a mutant is tried by the tests that come to its place, the fastest first, within a budget', () => {
  const stretches = [{ id: 0, file: FILE, start: 0, end: 10 }]
  const one = (path: string, takes: number, reaches: readonly number[]) => ({
    path,
    takes,
    longest: 1,
    reaches,
  })
  const reach: Reach = {
    stretches,
    tests: [one('slow', 90, [0]), one('other', 1, [7]), one('mid', 20, [0]), one('fast', 5, [0])],
  }
  const paths = (budget: number): readonly string[] =>
    testsFor(reach, { file: FILE, start: 2, end: 3 }, budget).map((t) => t.path)
  expect(paths(1000)).toEqual(['fast', 'mid', 'slow'])
  expect(paths(30)).toEqual(['fast', 'mid'])
})

test('killed and never-ending mutants count, and the others are listed with what is known of them', () => {
  const fared = (fate: Fared['fate'], n: number): Fared => ({
    id: `m${n}`,
    file: FILE,
    line: n,
    operator: 'negate',
    start: 0,
    end: 1,
    was: 'a',
    text: '!a',
    fate,
    detail: '',
    seconds: 1,
  })
  const all = [fared('killed', 1), fared('timeout', 2), fared('survived', 3), fared('unreached', 4)]
  expect(percent(scoreOf(all))).toBe('50.0 %')
  const text = summary(all, new Map([['m3', 'the same either way']]))
  expect(text).toContain(`survived  m3  ${FILE}:3  negate: a → !a\n    the same either way`)
  expect(text).toContain('unreached  m4')
  expect(text).not.toContain('m1')
  expect(text).toMatch(/core\/run +2\/4 +50\.0 %/)
})
