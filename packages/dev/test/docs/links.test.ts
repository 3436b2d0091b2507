import { expect, test } from 'vitest'
import { anchorsOf, brokenLinks } from '../../src/docs/links.ts'
import { documentation } from '../../src/docs/pages.ts'

test.each(documentation())('every local link of $path leads somewhere', (page) => {
  expect(brokenLinks(page)).toEqual([])
})

test('a link to a missing page, to a missing heading and out of the repository are found, on their lines', () => {
  const text = [
    '# Here we are',
    '[here](#here-we-are), [there](#there), [far](https://example.org/x)',
    '`[code](missing.md)` [gone](missing.md) [out](../README.md)',
    '```sh',
    '[fenced](missing.md)',
    '```',
    '[none](package.json#heading)',
  ].join('\n')
  const found = brokenLinks({ path: 'README.md', text })
  expect(found.map((b) => [b.line, b.target])).toEqual([
    [2, '#here-we-are'],
    [2, '#there'],
    [3, 'missing.md'],
    [3, '../README.md'],
    [7, 'package.json#heading'],
  ])
})

test('anchors are made as GitHub makes them', () => {
  const text =
    '# `sqlite()`: Options & more\n## Twice\n## Twice\n```md\n# no heading\n```\n### S8b, the *receiver*'
  expect([...anchorsOf(text)]).toEqual(['sqlite-options--more', 'twice', 'twice-1', 's8b-the-receiver'])
})
