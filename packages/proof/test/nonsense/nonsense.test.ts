import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Entry } from './entry.ts'
import { judge } from './judge.ts'
import { modules } from './modules.ts'

/** The published packages, and the entry points that their users import. */
const entryPoints = ['core', 'http', 'sqlite', 'contentstack', 'vip'].flatMap((name) => {
  const file = new URL(`../../../${name}/package.json`, import.meta.url)
  const { exports } = JSON.parse(readFileSync(file, 'utf8')) as { exports: Readonly<Record<string, unknown>> }
  return Object.keys(exports)
    .filter((path) => !/\.(json|yaml)$/.test(path))
    .map((path) => `@xconnector/${name}${path.slice(1)}`)
})

it('has a table for every entry point of every published package', () => {
  expect(modules.map((m) => m.name).toSorted()).toEqual(entryPoints.toSorted())
})

describe.each(modules)('$name', ({ subject, table }) => {
  it('has all of its exports in the table, and nothing else is there', () => {
    expect(Object.keys(table).toSorted()).toEqual(Object.keys(subject).toSorted())
  })

  it('has failure classes whose tag is their name', () => {
    for (const [name] of of('failure')) {
      const text = String(subject[name])
      expect(text, name).toMatch(new RegExp(`^class ${name} extends \\w*Failure`))
      expect(text, name).toMatch(new RegExp(`super\\(["']${name}["']`))
    }
  })

  it('has constants that cannot be called', () => {
    for (const [name] of of('constant')) expect(typeof subject[name], name).not.toBe('function')
  })

  it.each(of('rows'))('%s names the option that makes no sense', async (name, entry) => {
    const wrong: string[] = []
    for (const row of entry.rows) wrong.push(...(await judge(name, row)))
    expect(wrong).toEqual([])
  })

  function of<K extends Entry['as']>(as: K): (readonly [string, Extract<Entry, { as: K }>])[] {
    return Object.entries(table).filter((e): e is [string, Extract<Entry, { as: K }>] => e[1].as === as)
  }
})
