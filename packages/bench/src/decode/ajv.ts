import { Ajv } from 'ajv'
import type { Side } from './side.ts'

const text = { type: 'string' }
const number = { type: 'number' }
const flag = { type: 'boolean' }
const object = (properties: Readonly<Record<string, object>>): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
})

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
  object({
    uid: text,
    title: text,
    url: text,
    locale: text,
    version: number,
    published: flag,
    createdAt: text,
    updatedAt: text,
    createdBy: text,
    updatedBy: text,
    tags: { type: 'array', items: text },
    seo: object({ title: text, description: text, noIndex: flag }),
    hero: object({
      headline: text,
      kicker: { type: ['string', 'null'] },
      image: object({ uid: text, url: text, width: number, height: number, alt: text }),
    }),
    author: object({ uid: text, name: text, email: text }),
    blocks: { type: 'array', items: object({ kind: text, text, order: number }) },
    publishDetails: object({ environment: text, time: text, user: text }),
  }),
)

/** ajv's compiled JSON Schema. */
export const side: Side = (value) => {
  if (validate(value)) return 1
  let read = 0
  for (const issue of validate.errors!) read += issue.instancePath.length + issue.message!.length
  return read
}
