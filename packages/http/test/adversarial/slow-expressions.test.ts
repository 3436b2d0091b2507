import { expect, test } from 'vitest'
import { safeName } from '../../src/files/file-name.js'
import { directivesOf } from '../../src/gateway/cache/directives.js'
import { suits, varyValues } from '../../src/gateway/cache/vary.js'
import { lookupLanguage } from '../../src/gateway/route/language.js'
import { mediaOf } from '../../src/cloudevents/media.js'
import { preferred } from '../../src/endpoint/accepts.js'
import { keyIn } from '../../src/idempotency/idempotency-key.js'
import { notJson } from '../../src/ingress/json-type.js'

const LONG = 100_000
const long = (text: string): string => text.repeat(LONG / text.length)

/** What an expression makes of a text that a sender has chosen: with a square of its length it would take half a minute. */
const READ: readonly (readonly [what: string, read: () => unknown])[] = [
  ['a header that an answer varies by, full of blanks', () => varyValues(['a'], { a: `x${long(' ')}y` })],
  ['the same, compared', () => suits([['a', 'x']], { a: `x${long(' ,')}y` })],
  ['a file name of dots that goes on', () => safeName(`${long('.')}x`)],
  ['a file name of blanks and dots', () => safeName(`x${long(' .')}`)],
  ['a language of thousands of parts', () => lookupLanguage(`${long('a-')}a`, ['en', 'de'])],
  ['a language that ends badly', () => lookupLanguage(`${long('ab-')}!`, ['en', 'de'])],
  ['directives of blanks', () => directivesOf(`a${long(' ')}b`)],
  ['directives of commas', () => directivesOf(`${long(',')}"`)],
  ['a directive whose quotes do not end', () => directivesOf(`a="${long('\\"')}`)],
  ['a media type of blanks', () => mediaOf(`a/b${long(' ')}c`)],
  ['the parameters of a media type', () => mediaOf(`a/b${long('; ')}charset`)],
  ['a JSON type of blanks', () => notJson(`application/json${long(' ')}x`, undefined)],
  ['an Accept of ranges', () => preferred(long('a/b,'), ['a/b'])],
  ['an idempotency key that does not end', () => keyIn(`"${long('a')}`, 'quoted')],
]

test.each(READ)('%s is read in a time of its length', (_, read) => {
  const from = process.cpuUsage()
  read()
  expect(process.cpuUsage(from).user / 1000).toBeLessThan(2000)
})

test('what is cut off by those limits is still read where it is honest', () => {
  expect(safeName('report.pdf. . ')).toBe('report.pdf')
  expect(lookupLanguage('zh-Hant-CN-x-private1-private2, de;q=0.5', ['zh-Hant', 'de'])).toBe('zh-Hant')
  expect(suits([['accept-language', 'de, en']], { 'accept-language': 'de ,  en' })).toBe(true)
  expect(suits([['a', 'x y']], { a: ' x   y ' })).toBe(true)
})
