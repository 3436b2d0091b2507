import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../../src/command/repository.ts'
import { copyCheckout } from '../../src/mutants/copy.ts'
import { mutate, readMutants, type Mutant } from '../../src/mutants/mutant.ts'
import { runTests, tryMutant } from '../../src/mutants/trial.ts'

const toy = join(import.meta.dirname, '../fixtures/mutants')
const source = 'packages/toy/src/add.ts'
const mutant = (find: string, replace: string): Mutant => ({
  id: 'm',
  semantic: 'S0',
  file: source,
  find,
  replace,
  tests: ['packages/toy/test/add.test.ts'],
})

const temporary = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'xconnector-toy-')))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('a mutant is killed, survives or is broken, and the checkout stays as it was', async () => {
  const before = readFileSync(join(toy, source), 'utf8')
  const copy = temporary()
  copyCheckout(toy, copy)
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  expect(await runTests(copy, mutant('', '').tests)).toMatchObject({ passed: 1, failed: 0, broken: [] })

  const verdict = async (m: Mutant): Promise<string> => {
    const { verdict: v, detail } = await tryMutant(copy, m)
    return `${v}: ${detail}`
  }
  expect(await verdict(mutant('a + b', 'a - b'))).toBe('killed: two and three are five')
  expect(await verdict(mutant('=> a\n', '=> -a\n'))).toBe('survived: 1 tests passed')
  expect(await verdict(mutant('a + b', 'a +* b'))).toMatch(/^broken: .*add\.test\.ts/)
  expect(await verdict({ ...mutant('a + b', 'a - b'), tests: ['packages/toy/test/no.test.ts'] })).toMatch(
    /^broken/,
  )
  expect(await verdict(mutant('number', 'string'))).toMatch(/^broken: m: "number" occurs 5 times/)
  expect(readFileSync(join(toy, source), 'utf8')).toBe(before)
  expect(readFileSync(join(copy, source), 'utf8')).toBe(before)
})

test('in a copy, packages import the copies of each other', () => {
  const copy = temporary()
  copyCheckout(root, copy)
  const core = realpathSync(join(copy, 'packages/http/node_modules/@xconnector/core'))
  expect(core).toBe(join(copy, 'packages/core'))
})

test('text with $ is put in as it stands, and a mutant that changes nothing is refused', () => {
  expect(mutate('a b', mutant('b', '$&$1'))).toBe('a $&$1')
  expect(() => mutate('a b', mutant('b', 'b'))).toThrow('changes nothing')
  expect(() => mutate('a b', mutant('', 'b'))).toThrow('occurs 0 times')
})

test('mutants without a field or with the same id are refused', () => {
  const folder = temporary()
  const write = (...mutants: Partial<Mutant>[]): void =>
    writeFileSync(join(folder, 'a.json'), JSON.stringify(mutants))
  mkdirSync(join(folder, 'empty'))
  write(mutant('a', 'b'))
  expect(readMutants(folder)).toHaveLength(1)
  write(mutant('a', 'b'), mutant('a', 'c'))
  expect(() => readMutants(folder)).toThrow('two mutants have the id m')
  write({ id: 'm', semantic: 'S0' })
  expect(() => readMutants(folder)).toThrow('a.json: mutant m has no "file"')
})
