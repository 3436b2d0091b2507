import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readManifest, root } from '../../src/command/repository.ts'
import { documentation } from '../../src/docs/pages.ts'
import { floors } from '../../src/house/floors.ts'
import { rules } from '../../src/house/rules.ts'

const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
const OF_PNPM = ['exec', 'install', 'pack']

test('every command that a page names is one of the workspace', () => {
  const scripts = Object.keys(readManifest(root).scripts ?? {})
  const named = documentation().flatMap((page) =>
    [...page.text.matchAll(/npx -y pnpm@12 ([a-z:-]+)/g)].map(([, command]) => command!),
  )
  expect(named).toContain('test')
  expect(named.filter((command) => !scripts.includes(command) && !OF_PNPM.includes(command))).toEqual([])
})

test('the table of rules names every rule of the house, and no other', () => {
  const named = [...text.matchAll(/house: ((?:`[a-z-]+`(?:, )?)+)/g)].flatMap(([, list]) =>
    [...list!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
  )
  expect(named.length).toBe(rules.length)
  expect(new Set(named)).toEqual(new Set(rules.map((rule) => rule.name)))
})

test('the floors are those of the house check', () => {
  const drawn = /^result failure message → .*$/m.exec(text)?.[0] ?? ''
  const order = drawn.split(' → ').map((floor) => floor.split(' '))
  expect(order).toEqual(floors)
})

test('the index of the documentation names every page of the guide', () => {
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8')
  const guide = documentation().filter((page) => page.path.startsWith('docs/guide/'))
  expect(guide.length).toBeGreaterThan(5)
  expect(guide.filter((page) => !index.includes(`(${page.path.slice('docs/'.length)})`))).toEqual([])
})
