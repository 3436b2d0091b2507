import { fakeStack, type FakeEvent, type FakeStack } from '@xconnector/contentstack/testing'
import type { Manifest } from '../shared/manifest.ts'
import { article, assetFields } from './content.ts'
import type { Publication } from './publications.ts'
import { assetUid } from './uids.ts'

/** A stack with every version of every entry and asset of a run in it. */
export interface FilledStack {
  readonly stack: FakeStack
  /** Publishes one version, and gives the event of it. */
  publish(publication: Publication): FakeEvent
}

/** Fills a stack: files stay on disk, and are served from there. */
export const filledStack = (manifest: Manifest, publications: readonly Publication[]): FilledStack => {
  const { seed, files } = manifest
  const stack = fakeStack({ region: 'EU', contentTypes: ['article'], locales: ['en-us', 'de-de'] })
  for (const file of files)
    stack.assets.save(
      {
        filename: file.filename,
        type: file.mediaType,
        file: { path: file.path },
        fields: assetFields(seed, file),
      },
      { uid: assetUid(seed, file.asset) },
    )
  // Versions count up as they are saved.
  const inOrder = [...new Map(publications.map((p) => [p.id, p])).values()].sort(
    (a, b) => a.version - b.version,
  )
  for (const publication of inOrder)
    if (publication.type === 'entry.publish') {
      const { uid, locale, thing, version } = publication
      stack.entries.save('article', article(seed, thing, version), { uid, locale })
    }
  return {
    stack,
    publish(publication) {
      const { uid, version } = publication
      return publication.type === 'entry.publish'
        ? stack.entries.publish(uid, { locale: publication.locale, version })
        : stack.assets.publish(uid, { version })
    },
  }
}
