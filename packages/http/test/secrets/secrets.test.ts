import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CALL_PATHS } from './call-paths.js'
import { EDGE_PATHS } from './edge-paths.js'
import { FLOW_PATHS } from './flow-paths.js'
import { OPS_PATHS } from './ops-paths.js'
import { SETTING_PATHS } from './setting-paths.js'
import type { SecretPath } from './path.js'
import { shown } from './shown.js'

const PATHS: Readonly<Record<string, SecretPath>> = {
  ...CALL_PATHS,
  ...SETTING_PATHS,
  ...EDGE_PATHS,
  ...FLOW_PATHS,
  ...OPS_PATHS,
}

test.each(Object.entries(PATHS))('no secret comes to light: %s', async (_, path) => {
  const planted: string[] = []
  const secret = (place: string): string => {
    const text = `pl4nted-${place}-${planted.length}-6c1e9b2f40`
    planted.push(text)
    return text
  }
  const seen: string[] = []
  await path.run(secret, (...things) => void seen.push(...things.map((t) => shown(t))))
  const all = seen.join('\n')
  expect(planted.length).toBeGreaterThan(0)
  expect(seen.length).toBeGreaterThan(0)
  const found = all.search(/pl4nted/)
  expect(found < 0 ? '' : all.slice(Math.max(0, found - 300), found + 100)).toBe('')
  for (const text of planted) {
    const encoded = Buffer.from(`me:${text}`).toString('base64')
    expect(all.includes(encoded) ? encoded : '').toBe('')
    // Without what depends on where it ends.
    const begun = all.indexOf(Buffer.from(text).toString('base64').slice(0, 16))
    expect(begun < 0 ? '' : all.slice(Math.max(0, begun - 300), begun + 100)).toBe('')
  }
})

// Options that take a secret, by their declared types.
const TAKES =
  /(?:readonly |\(|, )(\w+)\??: (?:[^\n;,)]|,(?! \w+:))*\b(?:SecretText|Secret|Pem|Pfx|HeaderValue|ProxySource|TlsSource|EndpointSecret)\b/g

// What is no option: a type's own members, checks, and what is made of options inside.
const INSIDE =
  /^(?:config\/|testing\/|client\/client-settings|network\/(?:tls-material|tls-check|tls-holder|foreign-network|proxy-rules))/

test('every option that takes a secret has a row', () => {
  const src = join(import.meta.dirname, '../../src')
  const files = (readdirSync(src, { recursive: true }) as string[]).filter((f) => f.endsWith('.ts'))
  const options = files
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !INSIDE.test(file))
    .flatMap((file) =>
      [...readFileSync(join(src, file), 'utf8').matchAll(TAKES)].map(([, name]) => `${file}#${name}`),
    )
  const covered = new Set(Object.values(PATHS).flatMap((path) => path.covers ?? []))
  expect(options.length).toBeGreaterThan(20)
  expect([...new Set(options)].filter((option) => !covered.has(option))).toEqual([])
  expect([...covered].filter((option) => !options.includes(option))).toEqual([])
})
