import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../src/command/repository.ts'
import { fencesOf } from '../../src/docs/fences.ts'

const folder = join(root, 'docs/patterns')
const pages = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md')
const overview = readFileSync(join(folder, 'README.md'), 'utf8')
const read = (page: string): string => readFileSync(join(folder, page), 'utf8')

/** What an entry point of core exports as values, by its index. */
const exported = (index: string): readonly string[] =>
  [...readFileSync(join(root, 'packages/core/src', index), 'utf8').matchAll(/^export \{([^}]*)\}/gm)]
    .flatMap(([, names]) => names!.split(','))
    .map((name) => name.trim())
    .filter((name) => /^[a-z]/.test(name) && !name.startsWith('type '))

describe('the pages of patterns', () => {
  test.each(pages)('%s has a diagram and a program that is run', (page) => {
    const fences = fencesOf(read(page))
    expect(fences.some((f) => f.language === 'mermaid')).toBe(true)
    expect(fences.some((f) => f.language === 'ts' && f.marks.includes('run'))).toBe(true)
  })

  test.each(pages)('%s is listed in the overview', (page) => {
    expect(overview).toContain(`(${page})`)
  })

  test.each(exported('patterns/index.ts'))('%s of @xconnector/core/patterns is on a page', (name) => {
    expect(pages.filter((page) => new RegExp(`\\b${name}\\b`).test(read(page))).length).toBeGreaterThan(0)
  })
})
