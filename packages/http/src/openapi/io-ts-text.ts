import type { Member, Shape } from './shape.js'
import { key } from './text.js'
import { literalText, type Writing } from './type-text.js'

const PLAIN = {
  any: 't.unknown',
  never: 't.never',
  text: 't.string',
  number: 't.number',
  integer: 't.number',
  flag: 't.boolean',
  null: 't.null',
} as const

/** The io-ts codec of a shape. */
export const ioTsText = (shape: Shape, w: Writing): string => {
  switch (shape.is) {
    case 'literal':
      return `t.literal(${literalText(shape.value)})`
    case 'list':
      return `t.readonlyArray(${ioTsText(shape.of, w)})`
    case 'record':
      return `t.record(t.string, ${ioTsText(shape.of, w)})`
    case 'one':
      return `t.union([${shape.of.map((s) => ioTsText(s, w)).join(', ')}])`
    case 'all':
      return intersection(shape.of.map((s) => ioTsText(s, w)))
    case 'named':
      return w.nameOf(shape.name)
    case 'object': {
      const required = shape.members.filter((m) => !m.optional)
      const optional = shape.members.filter((m) => m.optional)
      const parts = [
        ...(required.length > 0 ? [`t.type(${members(required, w)})`] : []),
        ...(optional.length > 0 ? [`t.partial(${members(optional, w)})`] : []),
      ]
      return intersection(parts)
    }
    default:
      return PLAIN[shape.is]
  }
}

const members = (all: readonly Member[], w: Writing): string =>
  `{\n${all.map((m) => `  ${key(m.name)}: ${ioTsText(m.shape, w)},\n`).join('')}}`

// io-ts joins five at most at a time.
const intersection = (parts: readonly string[]): string => {
  if (parts.length === 1) return parts[0]!
  if (parts.length <= 5) return `t.intersection([${parts.join(', ')}])`
  return `t.intersection([${parts.slice(0, 4).join(', ')}, ${intersection(parts.slice(4))}])`
}
