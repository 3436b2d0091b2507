import { describe, expect, test } from 'vitest'
import { xmlFormat } from '../../src/index.js'
import { webhookOf } from './read.js'

const XML = 'application/xml'

describe('XML', () => {
  test('an element is an object of its attributes, children and text, and every value is a text', async () => {
    const { send } = await webhookOf(xmlFormat())
    const body = `<?xml version="1.0" encoding="UTF-8"?>
      <!-- a note --><?pi x?>
      <order id="007" note="a &lt; b">
        <total>12345678901234567890</total><item>a</item><item>b</item><empty/>
        <text lang="de">Grüße &amp; mehr &#x20AC;&#8364;</text><raw><![CDATA[1 < 2 &amp; &nope; 3]]></raw>
      </order>`
    const { status, raws } = await send(XML, body)
    expect(status).toBe(202)
    expect(raws).toEqual([
      {
        order: {
          '@id': '007',
          '@note': 'a < b',
          total: '12345678901234567890',
          item: ['a', 'b'],
          empty: '',
          text: { '@lang': 'de', '#text': 'Grüße & mehr €€' },
          raw: '1 < 2 &amp; &nope; 3',
        },
      },
    ])
  })

  test('named elements are lists however often they came', async () => {
    const { send } = await webhookOf(xmlFormat({ arrays: ['order.items.item'], withoutPrefixes: true }))
    const one = await send(
      'application/shop+xml; charset=utf-8',
      '<s:order><items><item>a</item></items></s:order>',
    )
    expect(one.raws).toEqual([{ order: { items: { item: ['a'] } } }])
    const elsewhere = await send(XML, '<order><item>a</item></order>')
    expect(elsewhere.raws).toEqual([{ order: { item: 'a' } }])
  })

  test('an entity is expanded once, and its result is no markup', async () => {
    const { send } = await webhookOf(xmlFormat())
    const { raws } = await send(XML, '<a>&amp;lt;b&gt; &#38;amp;</a>')
    expect(raws).toEqual([{ a: '&lt;b> &amp;' }])
  })

  test.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['a billion laughs', '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'],
    ['an external entity', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
    ['a document type in lower case', '<!doctype a><a/>'],
    ['a document type inside', '<a><!DOCTYPE b></a>'],
    ['an entity of HTML', '<a>&nbsp;</a>'],
    ['an entity in an attribute', '<a b="&x;"/>'],
    ['an ampersand alone', '<a>a & b</a>'],
    ['a character that is none', '<a>&#0;</a>'],
    ['a character beyond the last', '<a>&#x110000;</a>'],
    ['a surrogate', '<a>&#xD800;</a>'],
    ['elements that are not closed', '<a><b></a>'],
    ['two roots', '<a/><b/>'],
    ['two roots of one name', '<a/><a/>'],
    ['a text beside the root', '<a/>text'],
    ['nothing', ''],
    ['a text', 'hello'],
    ['JSON', '{"a":1}'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['a cut tag', '<a'],
    ['what is nested too deep', `${'<a>'.repeat(101)}${'</a>'.repeat(101)}`],
    ['bytes that are no UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e])],
  ])('%s is refused, and nothing of it is said', async (_, body) => {
    const { send } = await webhookOf(xmlFormat())
    const { status, answer, raws } = await send(XML, body)
    expect([status, raws]).toEqual([400, []])
    expect(JSON.stringify(answer)).not.toMatch(/passwd|hello|laughs/)
  })

  test('too many elements are refused before they are parsed', async () => {
    const { send } = await webhookOf(xmlFormat({ maxElements: 10 }))
    expect((await send(XML, `<r>${'<a/>'.repeat(9)}</r>`)).status).toBe(202)
    expect((await send(XML, `<r>${'<a/>'.repeat(10)}</r>`)).status).toBe(413)
  })

  test('elements are nested as deep as is allowed', async () => {
    const { send } = await webhookOf(xmlFormat({ maxDepth: 3 }))
    expect((await send(XML, '<a><b><c>x</c></b></a>')).status).toBe(202)
    const { status, answer } = await send(XML, '<a><b><c><d>x</d></c></b></a>')
    expect([status, answer['detail']]).toEqual([400, 'expected elements nested at most 3 deep'])
  })

  test('other encodings are told apart', async () => {
    const { send } = await webhookOf(xmlFormat())
    expect((await send(XML, '<?xml version="1.0" encoding="ISO-8859-1"?><a/>')).status).toBe(415)
    expect((await send(`${XML}; charset=utf-16`, '<a/>')).status).toBe(415)
    const json = await send('application/json', '<a/>')
    expect([json.status, json.headers.get('accept-post')]).toEqual([415, 'application/xml, text/xml'])
    expect((await send('text/xml', '\uFEFF<a>x</a>')).raws).toEqual([{ a: 'x' }])
  })

  test('names that mean something to objects do no harm', async () => {
    const { send } = await webhookOf(xmlFormat())
    const body =
      '<r><__proto__><polluted>1</polluted></__proto__><constructor>c</constructor><toString>t</toString></r>'
    const { status, raws } = await send(XML, body)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    if (status === 202) expect(Object.getPrototypeOf((raws[0] as { r: object }).r)).toBe(Object.prototype)
    else expect(status).toBe(400)
  })

  test.each([
    [() => xmlFormat({ arrays: [''] }), /xmlFormat arrays/],
    [() => xmlFormat({ textName: '' }), /xmlFormat textName/],
    [() => xmlFormat({ maxDepth: 0 }), /xmlFormat maxDepth/],
    [() => xmlFormat({ maxElements: 1.5 }), /xmlFormat maxElements/],
  ])('options that make no sense are named: %#', (make, message) => expect(make).toThrow(message))
})
