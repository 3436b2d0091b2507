import type { Names } from './names.js'
import { pascal } from './names.js'
import type { Operation } from './operations.js'
import type { Parameter } from './parameters.js'
import type { Shape } from './shape.js'
import { docComment, key, quoted } from './text.js'
import { typeText, type Writing } from './type-text.js'

/** What an operation becomes: types and codecs of its own, its member of the interface, and its declaration. */
export interface OperationText {
  readonly types: readonly string[]
  readonly member: string
  readonly value: string
}

interface Around {
  readonly names: Names
  readonly writing: Writing
  readonly codecs: 'io-ts' | 'zod'
  readonly replies: 'body' | 'whole'
  readonly named: (identifier: string, shape: Shape, recursive: boolean) => string
}

export const operationText = (o: Operation, around: Around): OperationText => {
  const { names, writing } = around
  const types: string[] = []
  const fields = inputFields(o, writing)
  const input = fields === '' ? 'void' : names.unique(pascal(`${o.identifier} Input`, 'Input'))
  if (fields !== '') types.push(`export interface ${input} {\n${fields}}\n`)
  const reply = replyText(o, around, types)
  const isQuery = o.effect === 'none'
  const failures = `CallFailure<W> | X${o.effect === 'unsafe' ? ' | OutcomeUnknown' : ''}`
  const type = `${isQuery ? 'HttpQuery' : 'HttpTarget'}<${input}, ${reply.type}, ${failures}>`
  const declared = [
    `name: ${quoted(o.name)}`,
    ...(o.reply.as === 'bytes' || (isQuery && o.method === 'GET') ? [] : [`method: ${quoted(o.method)}`]),
    ...(isQuery ? [] : [`effect: ${quoted(o.effect)}`]),
    `path: ${pathText(o, input)}`,
    ...queryText(o, input),
    ...headersText(o, input),
    ...bodyText(o, input),
    ...(reply.option === undefined ? [] : [`response: ${reply.option}`]),
  ]
  const call =
    o.reply.as === 'bytes'
      ? `client.download<string, ${input}>`
      : isQuery
        ? `client.query<string, ${input}, ${reply.parameter}>`
        : `client.target<string, ${input}, ${reply.parameter}, ${quoted(o.effect)}>`
  return {
    types,
    member: `${docComment(o.doc, '  ')}  readonly ${key(o.identifier)}: ${type}\n`,
    value: `  ${key(o.identifier)}: ${call}({\n${declared.map((line) => `    ${line},\n`).join('')}  }),\n`,
  }
}

const inputFields = (o: Operation, w: Writing): string => {
  const optional = (required: boolean): string => (required ? '' : '?')
  const type = (text: string, required: boolean): string => (required ? text : `${text} | undefined`)
  const fields = o.parameters.map(
    (p) =>
      `${docComment(p.doc, '  ')}  readonly ${key(p.member)}${optional(p.required)}: ${type(
        sentType(p.shape, w),
        p.required,
      )}\n`,
  )
  if (o.body !== undefined) {
    const { member, required, shape } = o.body
    const text = shape === undefined ? '() => ByteStream | Promise<ByteStream>' : typeText(shape, w)
    const about =
      shape === undefined ? docComment(`Opens the ${o.body.type} that is sent, for each attempt.`, '  ') : ''
    fields.push(`${about}  readonly ${key(member)}${optional(required)}: ${type(text, required)}\n`)
  }
  return fields.join('')
}

// What nothing is said about is a text or a number when it is sent as a parameter.
const sentType = (shape: Shape, w: Writing): string =>
  shape.is === 'any'
    ? 'string | number | boolean'
    : shape.is === 'list' && shape.of.is === 'any'
      ? 'ReadonlyArray<string | number | boolean>'
      : typeText(shape, w)

const replyText = (
  o: Operation,
  { names, codecs, replies, named, writing }: Around,
  types: string[],
): { readonly type: string; readonly parameter: string; readonly option?: string } => {
  if (o.reply.as === 'bytes') return { type: 'Download', parameter: '' }
  const whole = replies === 'whole'
  if (o.reply.as === 'nothing')
    return whole
      ? {
          type: 'Answered<void>',
          parameter: '{ readonly whole: undefined }',
          option: '{ whole: undefined }',
        }
      : { type: 'void', parameter: 'undefined' }
  const { shape, maybeEmpty } = o.reply
  let identifier: string
  if (shape.is === 'named') identifier = writing.nameOf(shape.name)
  else {
    identifier = names.unique(pascal(`${o.identifier} Reply`, 'Reply'))
    types.push(named(identifier, shape, false))
  }
  const type = maybeEmpty ? `${identifier} | undefined` : identifier
  const codecType = codecs === 'zod' ? `z.ZodType<${type}>` : `t.Type<${type}>`
  const empty =
    codecs === 'zod' ? `z.union([${identifier}, z.undefined()])` : `t.union([${identifier}, t.undefined])`
  const option = maybeEmpty ? empty : identifier
  return whole
    ? {
        type: `Answered<${type}>`,
        parameter: `{ readonly whole: ${codecType} }`,
        option: `whole(${option})`,
      }
    : { type, parameter: codecType, option }
}

const ILLEGAL = /[^A-Za-z0-9\-._~!$&'()*+,;=:@%/]/g

const pathText = (o: Operation, input: string): string => {
  const parts = o.path.split(/(\{[^{}]*\})/)
  const of = (part: string): Parameter | undefined =>
    part.startsWith('{') ? o.parameters.find((p) => p.in === 'path' && `{${p.name}}` === part) : undefined
  const fixed = (part: string): string =>
    part.replace(ILLEGAL, (c) =>
      [...new TextEncoder().encode(c)].map((b) => `%${b.toString(16).padStart(2, '0')}`).join(''),
    )
  const segments = o.path.split('/')
  const simple = segments.every((s) => {
    const p = of(s)
    if (p === undefined) return !s.includes('{') && !s.startsWith(':')
    return p.shape.is !== 'list' && /^[A-Za-z_]\w*$/.test(p.member)
  })
  if (simple)
    return quoted(
      segments
        .map((s) => {
          const p = of(s)
          return p === undefined ? fixed(s) : `:${p.member}`
        })
        .join('/'),
    )
  const pieces = parts.flatMap((part) => {
    const p = of(part)
    return p === undefined ? (part === '' ? [] : [quoted(fixed(part))]) : [`segment(${valueOf(p)})`]
  })
  return `(${input === 'void' ? '' : `i: ${input}`}) => ${pieces.join(' + ')}`
}

const valueOf = (p: Parameter): string => `i${access(p.member)}`
const access = (member: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(member) ? `.${member}` : `[${quoted(member)}]`

const isList = (p: Parameter): boolean => p.shape.is === 'list'

const queryText = (o: Operation, input: string): readonly string[] => {
  const all = o.parameters.filter((p) => p.in === 'query')
  if (all.length === 0) return []
  const one = (p: Parameter): string =>
    `${key(p.name)}: ${isList(p) && p.join !== undefined ? `${valueOf(p)}${p.required ? '' : '?'}.join(${quoted(p.join)})` : valueOf(p)}`
  return [`query: (i: ${input}) => ({ ${all.map(one).join(', ')} })`]
}

const headersText = (o: Operation, input: string): readonly string[] => {
  const all = o.parameters.filter((p) => p.in === 'header')
  const type = o.body?.shape === undefined || o.body.type === 'application/json' ? undefined : o.body.type
  if (all.length === 0) return type === undefined ? [] : [`headers: { 'content-type': ${quoted(type)} }`]
  const one = (p: Parameter): string =>
    p.required
      ? `${quoted(p.name)}: String(${valueOf(p)})`
      : `...(${valueOf(p)} !== undefined && { ${quoted(p.name)}: String(${valueOf(p)}) })`
  const fixed = type === undefined ? [] : [`'content-type': ${quoted(type)}`]
  return [`headers: (i: ${input}) => ({ ${[...fixed, ...all.map(one)].join(', ')} })`]
}

const bodyText = (o: Operation, input: string): readonly string[] => {
  if (o.body === undefined) return []
  const value = `i${access(o.body.member)}`
  if (o.body.shape !== undefined)
    return [`body: (i: ${input}) => ${o.body.required ? value : `${value} ?? {}`}`]
  return [`body: bytes(async (i: ${input}) => ({ type: ${quoted(o.body.type)}, ...(await ${value}()) }))`]
}
