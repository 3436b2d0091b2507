import * as v from 'valibot'
import type { Side } from './side.ts'

const text = v.string()
const EntrySchema = v.object({
  uid: text,
  title: text,
  url: text,
  locale: text,
  version: v.number(),
  published: v.boolean(),
  createdAt: text,
  updatedAt: text,
  createdBy: text,
  updatedBy: text,
  tags: v.array(text),
  seo: v.object({ title: text, description: text, noIndex: v.boolean() }),
  hero: v.object({
    headline: text,
    kicker: v.nullable(text),
    image: v.object({ uid: text, url: text, width: v.number(), height: v.number(), alt: text }),
  }),
  author: v.object({ uid: text, name: text, email: text }),
  blocks: v.array(v.object({ kind: text, text, order: v.number() })),
  publishDetails: v.object({ environment: text, time: text, user: text }),
})

/** valibot's `safeParse`. */
export const side: Side = (value) => {
  const verdict = v.safeParse(EntrySchema, value)
  if (verdict.success) return 1
  let read = 0
  for (const issue of verdict.issues) read += (v.getDotPath(issue) ?? '').length + issue.message.length
  return read
}
