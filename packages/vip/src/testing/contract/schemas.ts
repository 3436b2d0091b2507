import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { DOCUMENT, type Node } from './document.js'

/** Where a value departs from its schema. */
export interface SchemaProblem {
  /** JSON Pointer; empty for the value itself. */
  readonly pointer: string
  readonly detail: string
}

/** Judges values by schemas of the document. Each schema is compiled when it is first asked for. */
export interface Schemas {
  /** A JSON value. */
  value(schema: Node, value: unknown): readonly SchemaProblem[]
  /** A text of a header, of a query or of a path, read as the schema's type. */
  text(schema: Node, value: string): readonly SchemaProblem[]
}

/** Makes the two validators: one takes values as they are, one reads texts as numbers and booleans. */
export const schemasOf = (document: Node): Schemas => {
  const options = { strict: false, allErrors: true } as const
  const values = new Ajv2020(options)
  const texts = new Ajv2020({ ...options, coerceTypes: true })
  for (const ajv of [values, texts]) {
    addFormats.default(ajv)
    ajv.addSchema(document, DOCUMENT, false, false)
  }
  const wrapped = new Map<Node, ValidateFunction>()
  return {
    value: (schema, value) => problems(values.compile(schema), value),
    text(schema, value) {
      const known = wrapped.get(schema)
      const validate = known ?? texts.compile({ type: 'object', properties: { text: schema } })
      if (known === undefined) wrapped.set(schema, validate)
      return problems(validate, { text: value }).map(({ detail }) => ({ pointer: '', detail }))
    },
  }
}

const problems = (validate: ValidateFunction, value: unknown): readonly SchemaProblem[] =>
  validate(value)
    ? []
    : (validate.errors ?? []).map((e) => ({ pointer: e.instancePath, detail: detailOf(e) }))

const detailOf = (error: ErrorObject): string => {
  const { additionalProperty, allowedValues } = error.params as Record<string, unknown>
  const more =
    typeof additionalProperty === 'string'
      ? `: ${additionalProperty}`
      : Array.isArray(allowedValues)
        ? `: ${allowedValues.join(', ')}`
        : ''
  return (error.message ?? error.keyword) + more
}
