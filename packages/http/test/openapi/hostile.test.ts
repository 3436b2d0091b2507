import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { generate, runOpenapi } from '../../src/openapi/index.js'
import { folder } from './generated.js'
import { EVIL, hostile } from './hostile-documents.js'

describe('a hostile document', () => {
  test('runs nothing when the file is read', async () => {
    await using f = await folder()
    for (const [i, evil] of EVIL.entries()) {
      const file = await f.write(
        `run${i}.ts`,
        generate(hostile(evil.replace('process.exit(1)', 'globalThis.owned=1'))).code,
      )
      await import(/* @vite-ignore */ file)
    }
    expect((globalThis as { owned?: number }).owned).toBeUndefined()
  })

  test('references that lead back, out or nowhere are named', async () => {
    const { code, notes } = generate({
      openapi: '3.0.3',
      paths: {
        '/a': {
          get: {
            operationId: 'a',
            responses: {
              200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/A' } } } },
            },
          },
        },
        '/b': {
          get: {
            operationId: 'b',
            responses: { 200: { content: { 'application/json': { schema: { $ref: 'other.yaml#/X' } } } } },
          },
        },
        '/c': {
          get: {
            operationId: 'c',
            responses: { 200: { content: { 'application/json': { schema: { $ref: '#/nowhere' } } } } },
          },
        },
        '/d': {
          get: {
            operationId: 'd',
            responses: {
              200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Null' } } } },
            },
          },
        },
        '/e': {
          get: {
            operationId: 'e',
            responses: { 200: { content: { 'application/json': { schema: { not: {}, type: 'string' } } } } },
          },
        },
      },
      components: {
        schemas: {
          A: { $ref: '#/components/schemas/B' },
          B: { anyOf: [{ $ref: '#/components/schemas/A' }, { type: 'string' }] },
          Null: { type: 'string', nullable: true },
        },
      },
    })
    const told = notes.map((n) => `${n.at}: ${n.what}`)
    expect(told).toContain(
      'GET /b 200: the reference other.yaml#/X leads out of the document; bundle it first',
    )
    expect(told).toContain('GET /c 200: the reference #/nowhere leads nowhere')
    expect(told).toContain('GET /e 200: "not" is not supported and not checked')
    expect(told.some((t) => /is nothing but itself/.test(t))).toBe(true)
    expect(code).toContain('export const Null: t.Type<Null> = t.union([t.string, t.null])')
  })

  test.each([[null], [7], ['x'], [[]], [{}], [{ swagger: '2.0' }], [{ openapi: '4.0.0' }]])(
    '%j is none',
    (document) => expect(() => generate(document)).toThrow(/^openapi document: expected/),
  )

  test('of anything never ends in anything but a file or a TypeError', () => {
    const node = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('get', 'string', 'object', '#/paths', null, 1, true),
        tie('object'),
        fc.array(tie('any'), { maxLength: 3 }),
      ),
      object: fc.dictionary(
        fc.constantFrom(
          'get',
          'post',
          'parameters',
          'schema',
          'properties',
          'items',
          'type',
          '$ref',
          'allOf',
          'enum',
          'name',
          'in',
          'responses',
          '200',
          'content',
          'application/json',
          'requestBody',
          '/a',
          '/{x}',
          '__proto__',
        ),
        tie('any'),
        { maxKeys: 6 },
      ),
    }))
    fc.assert(
      fc.property(node.object, node.object, (paths, components) => {
        const { code } = generate({ openapi: '3.1.0', paths, components })
        expect(code).toContain('Do not edit')
      }),
    )
  })
})

describe('the command', () => {
  const run = async (args: readonly string[], files: Readonly<Record<string, string>> = {}) => {
    const written: Record<string, string> = {}
    let [out, err] = ['', '']
    const code = await runOpenapi(args, {
      read: (file) =>
        files[file] === undefined
          ? Promise.reject(new Error(`no file ${file}`))
          : Promise.resolve(files[file]),
      write: async (file, text) => void (written[file] = text),
      yaml: () => Promise.reject(new Error('no YAML here')),
      out: (text) => (out += text),
      err: (text) => (err += text),
    })
    return { code, out, err, written }
  }
  const doc = JSON.stringify({ openapi: '3.1.0', info: { title: 'T' }, webhooks: { x: {} } })

  test('writes to a file or to the standard output, and tells what is missing', async () => {
    const a = await run(['a.json'], { 'a.json': doc })
    expect(a).toMatchObject({ code: 0, err: 'webhooks: are not generated: receive them by hooks.webhook\n' })
    expect(a.out).toContain("from 'io-ts'")
    const b = await run(['a.json', '-o', 'b.ts', '--codecs', 'zod', '--name', 'shop'], { 'a.json': doc })
    expect(b).toMatchObject({ code: 0, out: '' })
    expect(b.written['b.ts']).toContain('export const shop =')
  })

  test.each([
    [[], 2, /expected a document/],
    [['a', 'b'], 2, /expected one document/],
    [['a', '--codecs', 'yup'], 2, /--codecs/],
    [['a', '--out'], 2, /--out: expected a value/],
    [['--nonsense'], 2, /unknown option/],
    [['gone.json'], 1, /no file gone.json/],
    [['bad.json'], 1, /JSON/],
    [['a.yaml'], 1, /no YAML here/],
  ])('%j ends with %i', async (args, code, message) => {
    const result = await run(args, { 'bad.json': '{', 'a.yaml': 'openapi: 3.1.0' })
    expect(result.code).toBe(code)
    expect(result.err).toMatch(message)
  })
})
