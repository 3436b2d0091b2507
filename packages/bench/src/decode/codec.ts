import * as t from 'io-ts'

const Image = t.type({ uid: t.string, url: t.string, width: t.number, height: t.number, alt: t.string })
const Block = t.type({ kind: t.string, text: t.string, order: t.number })

/** The entry as an io-ts codec. */
export const EntryCodec = t.type({
  uid: t.string,
  title: t.string,
  url: t.string,
  locale: t.string,
  version: t.number,
  published: t.boolean,
  createdAt: t.string,
  updatedAt: t.string,
  createdBy: t.string,
  updatedBy: t.string,
  tags: t.array(t.string),
  seo: t.type({ title: t.string, description: t.string, noIndex: t.boolean }),
  hero: t.type({ headline: t.string, kicker: t.union([t.string, t.null]), image: Image }),
  author: t.type({ uid: t.string, name: t.string, email: t.string }),
  blocks: t.array(Block),
  publishDetails: t.type({ environment: t.string, time: t.string, user: t.string }),
})
