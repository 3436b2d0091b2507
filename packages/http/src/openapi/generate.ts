import { Document, nodeOf, textOf, type Note } from './document.js'
import { ioTsText } from './io-ts-text.js'
import { camel, Names, pascal } from './names.js'
import { operationText } from './operation-text.js'
import { operationsOf, surroundings } from './operations.js'
import { Schemas } from './schemas.js'
import type { Shape } from './shape.js'
import { commentLines, docComment, quoted } from './text.js'
import { typeText, type Writing } from './type-text.js'
import { zodText } from './zod-text.js'

/** Options of the generator. */
export interface GenerateOptions {
  /** What decodes and types: io-ts codecs (default), or schemas of zod 4. */
  readonly codecs?: 'io-ts' | 'zod'
  /** The name of the function that is generated. Default: from the document's title, as `vipConnectorContract`. */
  readonly name?: string
  /** `'whole'`: replies are `{ status, headers, body }`. Default `'body'`. */
  readonly replies?: 'body' | 'whole'
}

/** What was generated. */
export interface Generated {
  /** One file of TypeScript. The same for the same document, whatever the order of its members. */
  readonly code: string
  /** What was not taken over, or is not checked. In the file's head, too. */
  readonly notes: readonly Note[]
}

const TAKEN =
  't z json bytes whole segment defined HttpClient HttpQuery HttpTarget CallFailure Tagged OutcomeUnknown Download ByteStream Answered W X client i Readonly ReadonlyArray Record Promise String encodeURIComponent TypeError undefined'.split(
    ' ',
  )

/**
 * Makes typed targets and queries of an OpenAPI document (3.1, or 3.0): one file of TypeScript, with a type and a codec for
 * each schema that is used, and a function from a client of `@xconnector/http` to the API's operations.
 *
 * - Names come from `operationId`, else from method and path. Parameters and `body` are members of one input.
 * - Effects: GET, HEAD and OPTIONS are queries; PUT and DELETE `idempotent`; POST and PATCH `unsafe`, or `keyed` where the
 *   operation has a header parameter `Idempotency-Key`. `x-xconnector-effect` of an operation says otherwise.
 * - What is not supported (bodies of forms, cookies, references to other files, …) is named in `notes` and in the file.
 *
 * Whatever is in the document is text in the file, never code.
 *
 * @param document the parsed document: JSON, or what a YAML parser made
 * @throws TypeError when it is no OpenAPI 3 document, or an option makes no sense
 */
export const generate = (document: unknown, options: GenerateOptions = {}): Generated => {
  const { codecs = 'io-ts', replies = 'body' } = options
  if (codecs !== 'io-ts' && codecs !== 'zod')
    throw new TypeError(`openapi codecs: expected 'io-ts' or 'zod', got ${JSON.stringify(codecs)}`)
  if (replies !== 'body' && replies !== 'whole')
    throw new TypeError(`openapi replies: expected 'body' or 'whole', got ${JSON.stringify(replies)}`)
  const doc = new Document(document)
  const info = nodeOf(doc.root['info'])
  const title = textOf(info['title']) ?? 'API'
  const names = new Names(TAKEN)
  const client = names.unique(camel(options.name ?? title, 'api'))
  const face = names.unique(pascal(options.name ?? title, 'Api'))
  const schemas = new Schemas(doc, names)
  const operations = operationsOf(doc, schemas)
  const writing: Writing = { nameOf: schemas.nameOf, undefinedToo: codecs === 'zod' }
  const codecText = codecs === 'zod' ? zodText : ioTsText
  const codecType = codecs === 'zod' ? 'z.ZodType' : 't.Type'
  const named = (identifier: string, shape: Shape, recursive: boolean, about?: string): string => {
    const codec = codecText(shape, writing)
    const lazy =
      codecs === 'zod'
        ? `z.lazy(() => ${codec})`
        : `t.recursion<${identifier}>(${quoted(identifier)}, () => ${codec})`
    return (
      `${docComment(about)}export type ${identifier} = ${typeText(shape, writing)}\n` +
      `export const ${identifier}: ${codecType}<${identifier}> = ${recursive ? lazy : codec}\n`
    )
  }
  const parts = schemas.inOrder().map((s) => named(s.identifier, s.shape, s.recursive, s.doc))
  const reserved = operations.map((o) => operationText(o, { names, writing, codecs, replies, named }))
  for (const { types } of reserved) parts.push(...types)
  const used = reserved.map((o) => `${o.member}${o.value}`).join('')
  const code = [
    header(title, textOf(info['version']), doc, surroundings(doc)),
    imports(codecs, parts.join(''), used),
    helpers(used),
    ...parts,
    `/** The operations of the API, for a client of either kind. */\nexport interface ${face}<W extends 'wait' | 'fail' = 'wait', X extends Tagged = never> {\n`,
    ...reserved.map((o) => o.member),
    '}\n\n',
    `${docComment(`Declares the operations of ${title}.`)}export const ${client} = <W extends 'wait' | 'fail', X extends Tagged>(client: HttpClient<W, X>): ${face}<W, X> => ({\n`,
    ...reserved.map((o) => o.value),
    '})\n',
  ].join('\n')
  return { code: code.replace(/\n{3,}/g, '\n\n'), notes: doc.notes }
}

const header = (
  title: string,
  version: string | undefined,
  doc: Document,
  about: readonly string[],
): string =>
  [
    `Generated by xconnector-openapi from ${title}${version === undefined ? '' : ` ${version}`}. Do not edit.`,
    ...about,
    ...(doc.notes.length > 0 ? ['Not taken over, or not checked:'] : []),
    ...doc.notes.map((n) => `- ${n.at}: ${n.what}`),
  ]
    .flatMap((line) => commentLines(line))
    .map((line) => `// ${line}\n`)
    .join('')

const imports = (codecs: 'io-ts' | 'zod', types: string, values: string): string => {
  const all = types + values
  const has = (word: string): boolean => new RegExp(`\\b${word}\\b`).test(all)
  const core = ['OutcomeUnknown'].filter(has)
  const http = ['Answered', 'CallFailure', 'Download', 'HttpQuery', 'HttpTarget', 'ByteStream'].filter(has)
  const functions = ['bytes', 'json', 'whole'].filter((word) =>
    new RegExp(`\\b${word}\\(|\\b${word}<`).test(values),
  )
  return [
    codecs === 'zod' ? `import { z } from 'zod'\n` : `import * as t from 'io-ts'\n`,
    `import type { ${[...core, 'Tagged'].join(', ')} } from '@xconnector/core'\n`,
    functions.length > 0 ? `import { ${functions.join(', ')} } from '@xconnector/http'\n` : '',
    `import type { ${[...http, 'HttpClient'].sort().join(', ')} } from '@xconnector/http'\n`,
  ].join('')
}

const helpers = (values: string): string =>
  values.includes('segment(')
    ? `const segment = (value: string | number | boolean | readonly (string | number | boolean)[]): string => {
  const text = String(value)
  if (text === '') throw new TypeError('a parameter of the path is empty')
  return encodeURIComponent(text)
}
`
    : ''
