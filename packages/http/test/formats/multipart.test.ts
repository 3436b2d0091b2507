import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { failure } from '@xconnector/core'
import { directoryStore, memoryClaims } from '@xconnector/core/patterns'
import { ingress, multipartFormat, type FormFile } from '../../src/index.js'
import { anyJson } from '../support/any-json.js'
import { KEY, numbered, signedBySender, signedFile } from '../files/filed.js'
import { fakeIntake } from '../support/fake-intake.js'
import { sha256 } from '../support/streams.js'
import { webhookOf } from './read.js'

const TYPE = 'multipart/form-data; boundary=b'
const part = (head: string, body: string): string =>
  `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`
const END = '--b--\r\n'

describe('multipart forms', () => {
  test('what a browser sends: fields are texts, files are in the store', async () => {
    const store = memoryClaims()
    const { send } = await webhookOf(multipartFormat({ store }))
    const form = new FormData()
    form.append('title', 'Grüße "x"')
    form.append('tag', 'a')
    form.append('tag', 'b')
    form.append('naïve', '')
    form.append(
      'photo',
      new Blob([new Uint8Array([0, 1, 255])], { type: 'image/PNG' }),
      '../../etc/Bild ü.png',
    )
    const request = new Request('http://x.test', { method: 'POST', body: form })
    const body = Buffer.from(await request.arrayBuffer())
    const { status, raws } = await send(request.headers.get('content-type')!, body)
    expect(status).toBe(202)
    const hash = sha256(Buffer.from([0, 1, 255]))
    expect(raws).toEqual([
      {
        title: 'Grüße "x"',
        tag: ['a', 'b'],
        naïve: '',
        photo: {
          file: {
            provider: 'claims',
            id: expect.any(String) as string,
            version: hash,
            size: 3,
            sha256: hash,
          },
          type: 'image/png',
          name: 'Bild ü.png',
        },
      },
    ])
    const { file } = (raws[0] as { photo: FormFile }).photo
    const bytes = Buffer.concat((await (await store.open(file)).toArray()) as Buffer[])
    expect([...bytes]).toEqual([0, 1, 255])
  })

  test('a name that sets prototypes is left out', async () => {
    const { send } = await webhookOf(multipartFormat())
    const { raws } = await send(
      TYPE,
      `${part('name="__proto__"', 'x')}${part('name="constructor"', 'c')}${END}`,
    )
    expect(raws).toEqual([{ constructor: 'c' }])
    expect(Object.getPrototypeOf(raws[0])).toBe(Object.prototype)
  })

  test('a preamble, an epilogue and an empty form do no harm', async () => {
    const { send } = await webhookOf(multipartFormat())
    const { status, raws } = await send(
      TYPE,
      `before\r\n${part('name="a"', '1')}${END}after\r\n${'x'.repeat(99)}`,
    )
    expect([status, raws]).toEqual([202, [{ a: '1' }]])
  })

  test.each([
    ['no boundary', 'multipart/form-data', END, 400],
    ['another type', 'multipart/mixed; boundary=b', END, 415],
    ['no closing boundary', TYPE, part('name="a"', '1'), 400],
    [
      'a file that is cut',
      TYPE,
      '--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nabc',
      400,
    ],
    ['a head that is cut', TYPE, '--b\r\nContent-Disp', 400],
    ['nothing', TYPE, '', 400],
    ['a part without a name', TYPE, `${part('x="y"', '1')}${END}`, 400],
    ['a file without a name', TYPE, `${part('filename="x"', '1')}${END}`, 400],
    ['a name that is too long', TYPE, `${part(`name="${'n'.repeat(201)}"`, '1')}${END}`, 400],
    ['a field that is too long', TYPE, `${part('name="a"', 'x'.repeat(101))}${END}`, 413],
    ['fields that are too long together', TYPE, `${part('name="a"', 'x'.repeat(99)).repeat(3)}${END}`, 413],
    ['too many parts', TYPE, `${part('name="a"', '')}`.repeat(6) + END, 413],
    ['too many files', TYPE, `${part('name="a"; filename="f"', 'x')}`.repeat(3) + END, 413],
    ['a file that is too long', TYPE, `${part('name="a"; filename="f"', 'x'.repeat(51))}${END}`, 413],
  ])('%s is refused, and nothing is kept', async (_, type, body, status) => {
    const dir = await mkdtemp(join(tmpdir(), 'forms-'))
    try {
      const store = directoryStore({ dir })
      const limits = { maxFieldBytes: 100, maxFieldsBytes: 250, maxParts: 5, maxFiles: 2, maxFileBytes: 50 }
      const { send, intake } = await webhookOf(multipartFormat({ store, ...limits }))
      // Files that came before what is wrong.
      const did = await send(type, body.replace(/^(?=--b\r\n)/, part('name="z"; filename="z"', 'canary')))
      expect([did.status, intake.got]).toEqual([status, []])
      expect(JSON.stringify(did.answer)).not.toContain('canary')
      expect(await readdir(dir)).toEqual([])
    } finally {
      await rm(dir, { recursive: true })
    }
  })

  test('files are refused where there is no store', async () => {
    const { send } = await webhookOf(multipartFormat())
    const { status, answer } = await send(TYPE, `${part('name="a"; filename="f"', 'x')}${END}`)
    expect([status, answer['detail']]).toEqual([400, 'expected no files'])
  })

  test('a form whose signature is wrong leaves nothing, whatever is wrong with it besides', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'forms-'))
    try {
      const hooks = ingress()
      const intake = numbered(fakeIntake())
      const format = multipartFormat({ store: directoryStore({ dir }) })
      await hooks.webhook({ path: '/f', body: anyJson, format, verify: signedBySender }).start(intake)
      const file = part('name="f"; filename="f"', 'x'.repeat(300_000))
      const sent = async (body: string, signedBody = body): Promise<number> => {
        const headers = { ...signedFile(signedBody, `id-${KEY.length}-${body.length}`), 'content-type': TYPE }
        return (await hooks.fetch(new Request('http://x.test/f', { method: 'POST', body, headers }))).status
      }
      expect(await sent(file + END, file)).toBe(401)
      expect(await sent(file, 'other')).toBe(401)
      expect(await sent(file)).toBe(400)
      expect(await readdir(dir)).toEqual([])
      expect(await sent(file + END)).toBe(202)
      // A repeat: its own file is removed again.
      expect(await sent(file + END)).toBe(202)
      expect([(await readdir(dir)).length, intake.got.length]).toEqual([1, 1])
    } finally {
      await rm(dir, { recursive: true })
    }
  })

  test('a store that fails is a 503, and what it took before is removed', async () => {
    const inner = memoryClaims()
    const StoreFull = failure('StoreFull', 'transient')
    const kept = new Set<string>()
    let n = 0
    const store = {
      ...inner,
      async put(key: string, open: Parameters<typeof inner.put>[1]) {
        if (++n === 2) throw new StoreFull({ message: 'canary' })
        const claim = await inner.put(key, open)
        kept.add(claim.id)
        return claim
      },
      remove: async (claim: { id: string }) => void kept.delete(claim.id),
    }
    const { send, intake } = await webhookOf(multipartFormat({ store }))
    const file = (name: string): string => part(`name="${name}"; filename="f"`, 'x'.repeat(200_000))
    const { status, answer, headers } = await send(TYPE, file('a') + file('b') + file('c') + END)
    expect([status, headers.get('retry-after'), intake.got]).toEqual([503, '5', []])
    expect(JSON.stringify(answer)).not.toContain('canary')
    expect(kept).toEqual(new Set())
  })

  test.each([
    [() => multipartFormat({ store: {} as never }), /multipartFormat store/],
    [() => multipartFormat({ maxFiles: 0 }), /multipartFormat maxFiles/],
    [() => multipartFormat({ maxBytes: 0 }), /multipartFormat maxBytes/],
    [() => multipartFormat({ idle: '0s' }), /multipartFormat idle/],
  ])('options that make no sense are named: %#', (make, message) => expect(make).toThrow(message))
})
