import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe as describeFlow, mermaid } from '@xconnector/core'
import { describe, expect, test } from 'vitest'
import { fencesOf } from '../../../packages/dev/src/docs/fences.ts'

const folder = new URL('../', import.meta.url)
const docs = new URL('../../docs/flows/', folder)
const textOf = (path: string, base = folder) => readFileSync(new URL(path, base), 'utf8')

const names = readdirSync(folder).filter((name) => /^[hcv]\d+-/.test(name))

test('there are flows, and a page for each in the index', () => {
  const index = textOf('README.md', docs)
  expect(names.length).toBeGreaterThanOrEqual(2)
  expect(names.filter((name) => !index.includes(`(${name}.md)`))).toEqual([])
  expect(readdirSync(docs).toSorted()).toEqual(['README.md', ...names.map((name) => `${name}.md`)].toSorted())
})

describe.each(names)('%s', (name) => {
  const fences = fencesOf(textOf(`${name}.md`, docs))
  const block = (mark: string) => fences.find((fence) => fence.marks.includes(mark))?.code

  test('has a flow, its systems, a program and a read-me', () => {
    const files = ['flow.ts', 'systems.ts', 'main.ts', 'README.md']
    expect(files.filter((file) => !existsSync(new URL(`${name}/${file}`, folder)))).toEqual([])
  })

  test('is on its page as it is in its files', () => {
    expect(block('flow.ts')).toBe(textOf(`${name}/flow.ts`).trimEnd())
    expect(block('systems.ts')).toBe(textOf(`${name}/systems.ts`).trimEnd())
  })

  test('is drawn on its page as it is', async () => {
    const exported = Object.values((await import(`../${name}/flow.ts`)) as Record<string, object>)
    const flows = exported.filter((value) => 'closed' in value)
    const pictures = flows.map((flow) => mermaid(describeFlow(flow as Parameters<typeof describeFlow>[0])))
    const drawn = fences.filter(({ language }) => language === 'mermaid').map(({ code }) => code)
    expect(drawn.length).toBeGreaterThanOrEqual(1)
    expect(drawn.filter((picture) => !pictures.includes(picture))).toEqual([])
  })

  test('shows tests that are among its tests, each short', () => {
    const parts = (block('flow.test.ts') ?? '').split(/\n\n(?=\S)/)
    const tests = textOf(`test/${name}.test.ts`).replaceAll(`'../${name}/`, `'./`)
    expect(parts.filter((part) => !tests.includes(part))).toEqual([])
    const shown = parts.filter((part) => /^test[.(]/.test(part))
    expect(shown.length).toBeGreaterThanOrEqual(1)
    expect(shown.filter((part) => part.split('\n').length > 35)).toEqual([])
  })
})
