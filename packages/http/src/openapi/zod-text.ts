import type { Shape } from './shape.js'
import { key } from './text.js'
import { literalText, type Writing } from './type-text.js'

const PLAIN = {
  any: 'z.unknown()',
  never: 'z.never()',
  text: 'z.string()',
  number: 'z.number()',
  integer: 'z.int()',
  flag: 'z.boolean()',
  null: 'z.null()',
} as const

/** The zod schema (version 4) of a shape. */
export const zodText = (shape: Shape, w: Writing): string => {
  switch (shape.is) {
    case 'literal':
      return `z.literal(${literalText(shape.value)})`
    case 'list':
      return `z.array(${zodText(shape.of, w)}).readonly()`
    case 'record':
      return `z.record(z.string(), ${zodText(shape.of, w)})`
    case 'one':
      return `z.union([${shape.of.map((s) => zodText(s, w)).join(', ')}])`
    case 'all':
      return shape.of.map((s) => zodText(s, w)).reduce((a, b) => `z.intersection(${a}, ${b})`)
    case 'named':
      return w.nameOf(shape.name)
    case 'object':
      return `z.looseObject({\n${shape.members
        .map((m) => `  ${key(m.name)}: ${zodText(m.shape, w)}${m.optional ? '.optional()' : ''},\n`)
        .join('')}})`
    default:
      return PLAIN[shape.is]
  }
}
