import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { root } from '../command/repository.ts'
import { withoutFences } from './fences.ts'
import type { Page } from './pages.ts'

/** A link that leads nowhere. */
export interface BrokenLink {
  /** From 1. */
  readonly line: number
  readonly target: string
  readonly because: string
}

const LINK = /\[[^\]]*\]\(([^()\s]+(?:\([^()\s]*\))?)\)/g

/** The anchors of a page, as GitHub makes them of its headings: a heading of the same text again gets a number. */
export const anchorsOf = (text: string): ReadonlySet<string> => {
  const seen = new Map<string, number>()
  const anchors = new Set<string>()
  for (const line of withoutFences(text).split('\n')) {
    const heading = /^#{1,6}\s+(.*?)\s*#*\s*$/.exec(line)?.[1]
    if (heading === undefined) continue
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '')
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replaceAll(' ', '-')
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    anchors.add(times === 0 ? slug : `${slug}-${times}`)
  }
  return anchors
}

const broken = (page: Page, target: string, checkout: string): string | undefined => {
  const [path = '', anchor] = target.split('#')
  const to = path === '' ? page.path : posix.join(dirname(page.path), decodeURI(path))
  const file = join(checkout, to)
  if (to.startsWith('..')) return 'it leaves the repository'
  if (!existsSync(file)) return `there is no ${to}`
  if (anchor === undefined) return undefined
  if (statSync(file).isDirectory() || !to.endsWith('.md')) return 'only pages have anchors'
  return anchorsOf(readFileSync(file, 'utf8')).has(anchor) ? undefined : `${to} has no heading "${anchor}"`
}

/** The links of a page to places in the repository that are not there. Other links are not followed. */
export const brokenLinks = (page: Page, checkout: string = root): readonly BrokenLink[] =>
  withoutFences(page.text)
    .split('\n')
    .flatMap((text, i) =>
      [...text.replace(/`[^`]*`/g, '').matchAll(LINK)].flatMap(([, target]) => {
        if (/^[a-z][a-z0-9+.-]*:/i.test(target!)) return []
        const because = broken(page, target!, checkout)
        return because === undefined ? [] : [{ line: i + 1, target: target!, because }]
      }),
    )
