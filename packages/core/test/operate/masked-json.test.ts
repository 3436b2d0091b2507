import { expect, test } from 'vitest'
import { maskedJson } from '../../src/operate/index.js'

test('texts under names of credentials, and what looks like one in other texts, are masked; all else is as it is', () => {
  const shown = maskedJson({
    author: 'Ada',
    session: 1,
    n: 0,
    none: null,
    password: 'p1',
    access_token: 'p2',
    user: { apiKey: 'p3', tokens: ['p4', 'p5'], names: ['Bob'] },
    link: 'https://ann:p6p6@files.example/a?signature=p7p7&n=1',
    note: 'Authorization: Bearer p8p8p8p8',
    token: { id: 'p', kind: 'bearer' },
  })
  expect(JSON.stringify(shown)).not.toMatch(/p[1-8]/)
  expect(shown).toMatchObject({ author: 'Ada', session: 1, n: 0, none: null, user: { names: ['Bob'] } })
  expect(shown).toMatchObject({ token: { kind: 'bearer' } })
})

test('what is too long or too deep is cut, and says so', () => {
  expect(maskedJson('x'.repeat(9000))).toBe(`${'x'.repeat(8000)}…`)
  let deep: unknown = 'end'
  for (let i = 0; i < 5000; i++) deep = [deep]
  expect(JSON.stringify(maskedJson(deep as never))).toContain('…')
})
