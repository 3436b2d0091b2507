import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileName } from '../../src/files/file-name.js'

const latin1 = (text: string): string => Buffer.from(text).toString('latin1')

describe('the name in a Content-Disposition', () => {
  test.each([
    ['attachment; filename="a.pdf"', 'a.pdf'],
    ['inline;filename=a.pdf', 'a.pdf'],
    ['ATTACHMENT; FILENAME="a b.pdf" ; size=3', 'a b.pdf'],
    ['attachment; filename="say \\"hi\\".txt"', 'say _hi_.txt'],
    ["attachment; filename*=UTF-8''%e2%82%ac%20rates.txt; filename=x", '€ rates.txt'],
    ["attachment; filename*=ISO-8859-1'en'%A3%20rates.txt", '£ rates.txt'],
    ["attachment; filename=x; filename*=UTF-8''%ff", 'x'],
    [`attachment; filename="${latin1('Grüße.txt')}"`, 'Grüße.txt'],
    ['attachment; filename="Gr\xfc\xdfe.txt"', 'Grüße.txt'],
    ['attachment; filename="../../etc/passwd"', 'passwd'],
    ['attachment; filename="C:\\\\temp\\\\a.txt"', 'a.txt'],
    ['attachment; filename="a\u0000b\u202egpj.exe"', 'a_b_gpj.exe'],
    ['attachment; filename="a.txt. . "', 'a.txt'],
    [`attachment; filename="${'x'.repeat(300)}.pdf"`, `${'x'.repeat(251)}.pdf`],
    ['attachment; filename=".."', undefined],
    ['attachment; filename="CON.txt"', undefined],
    ['attachment; filename="/"', undefined],
    ['attachment; filename=""', undefined],
    ['attachment; filename=a; filename=b', undefined],
    ['attachment; filename="a', undefined],
    ['attachment', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (disposition, name) => expect(fileName(disposition)).toBe(name))

  test('whatever comes, it is one part of a path, or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const quoted = text.replace(/["\\]/g, '\\$&')
        const encoded = encodeURIComponent(text.toWellFormed()).replace(
          /[!'()*]/g,
          (c) => `%${c.charCodeAt(0).toString(16)}`,
        )
        for (const given of [text, `a; filename="${quoted}"`, `a; filename*=UTF-8''${encoded}`]) {
          const name = fileName(given)
          if (name === undefined) continue
          // oxlint-disable-next-line no-control-regex
          expect(name).not.toMatch(/[/\\\u0000-\u001f]|^\.{1,2}$|^$/)
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255)
          expect(name.isWellFormed()).toBe(true)
        }
      }),
      { seed: 5, numRuns: 500 },
    )
  })
})
