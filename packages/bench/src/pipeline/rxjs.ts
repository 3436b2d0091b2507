import { concatMap, filter, map as mapped, Subject } from 'rxjs'
import type { Entry } from '../entries/entry.ts'
import { decode, deliver, enrich, keep, map, type Enriched } from './family.ts'

const sink = async (e: Enriched): Promise<void> => deliver(e)
const entries = new Subject<Entry>()
let done: () => void = () => {}

entries
  .pipe(
    mapped(decode),
    mapped(map),
    filter((article) => keep(article)),
    mapped(enrich),
    concatMap((enriched) => sink(enriched)),
  )
  .subscribe(() => done())

/** The same five steps as a live stream, fed one message at a time; resolves when it has come out. */
export const call = (raw: Entry): Promise<void> | undefined => {
  // What is filtered comes out nowhere: its end is not waited for.
  if (!raw.published) {
    entries.next(raw)
    return undefined
  }
  return new Promise<void>((resolve) => {
    done = resolve
    entries.next(raw)
  })
}
