import { z } from 'zod'
import type { Side } from './side.ts'

const text = z.string()
const EntrySchema = z.object({
  uid: text,
  title: text,
  url: text,
  locale: text,
  version: z.number(),
  published: z.boolean(),
  createdAt: text,
  updatedAt: text,
  createdBy: text,
  updatedBy: text,
  tags: z.array(text),
  seo: z.object({ title: text, description: text, noIndex: z.boolean() }),
  hero: z.object({
    headline: text,
    kicker: z.union([text, z.null()]),
    image: z.object({ uid: text, url: text, width: z.number(), height: z.number(), alt: text }),
  }),
  author: z.object({ uid: text, name: text, email: text }),
  blocks: z.array(z.object({ kind: text, text, order: z.number() })),
  publishDetails: z.object({ environment: text, time: text, user: text }),
})

/** zod's `safeParse`. */
export const side: Side = (value) => {
  const verdict = EntrySchema.safeParse(value)
  if (verdict.success) return 1
  let read = 0
  for (const issue of verdict.error.issues) read += issue.path.join('.').length + issue.message.length
  return read
}
