import * as Effect from 'effect/Effect'
import type { Entry } from '../entries/entry.ts'
import { decode, deliver, enrich, keep, map, type Enriched } from './family.ts'

const sink = async (e: Enriched): Promise<void> => deliver(e)
const FILTERED = Symbol('filtered')

/** The same five steps as one Effect a message. */
export const call = (raw: Entry): Promise<unknown> =>
  Effect.runPromiseExit(
    Effect.try({ try: () => decode(raw), catch: (thrown) => thrown }).pipe(
      Effect.map(map),
      Effect.flatMap((article) => (keep(article) ? Effect.succeed(article) : Effect.fail(FILTERED))),
      Effect.map(enrich),
      Effect.flatMap((enriched) => Effect.promise(() => sink(enriched))),
    ),
  )
