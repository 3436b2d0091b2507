import type { Shape } from './shape.js'
import { docComment, key, quoted } from './text.js'

/** How shapes become text. */
export interface Writing {
  /** The identifier of a schema of the components. */
  readonly nameOf: (name: string) => string
  /** Whether optional members may be `undefined`. */
  readonly undefinedToo: boolean
}

const PLAIN = {
  any: 'unknown',
  never: 'never',
  text: 'string',
  number: 'number',
  integer: 'number',
  flag: 'boolean',
  null: 'null',
} as const

/** The TypeScript type of a shape. */
export const typeText = (shape: Shape, w: Writing): string => {
  switch (shape.is) {
    case 'literal':
      return literalText(shape.value)
    case 'list':
      return `ReadonlyArray<${typeText(shape.of, w)}>`
    case 'record':
      return `Readonly<Record<string, ${typeText(shape.of, w)}>>`
    case 'one':
      return `(${shape.of.map((s) => typeText(s, w)).join(' | ')})`
    case 'all':
      return `(${shape.of.map((s) => typeText(s, w)).join(' & ')})`
    case 'named':
      return w.nameOf(shape.name)
    case 'object': {
      const members = shape.members.map(
        (m) =>
          `${docComment(m.doc, '  ')}  readonly ${key(m.name)}${m.optional ? '?' : ''}: ${typeText(m.shape, w)}${
            m.optional && w.undefinedToo ? ' | undefined' : ''
          }\n`,
      )
      return `{\n${members.join('')}}`
    }
    default:
      return PLAIN[shape.is]
  }
}

export const literalText = (value: string | number | boolean): string =>
  typeof value === 'string' ? quoted(value) : String(value)
