import { count, counted } from '@xconnector/example-kit/words'
import type { EventLine } from '../../shared/evidence.ts'
import { when, whenAny, type Law } from '../finding.ts'

/** The CMS was told the newest of what VIP said of each asset, of that asset, and nothing that VIP did not say. */
export const eventsTracked: Law = ({ events, tracking, vip }) => {
  const newest = new Map<string, EventLine>()
  for (const event of events.values())
    if (event.sequence > (newest.get(event.subject)?.sequence ?? 0)) newest.set(event.subject, event)
  const told = tracking.filter(({ applied }) => applied)
  const assetOf = new Map(told.map(({ event, asset }) => [event, asset]))
  const sourceOf = new Map(vip.assets.map(({ id, source }) => [`assets/${id}`, source]))
  const missing = [...newest.values()].filter(({ id }) => !assetOf.has(id))
  const wrong = [...events.values()].filter(
    ({ id, subject }) => assetOf.has(id) && assetOf.get(id) !== sourceOf.get(subject),
  )
  const invented = told.filter(({ event }) => !events.has(event))
  const silent = vip.assets.filter(({ id }) => !newest.has(`assets/${id}`))
  const published = [...newest.values()].filter(({ id }) => assetOf.has(id)).length
  return {
    holds:
      `the CMS was told the newest of VIP's ${counted(events.size, 'event')} for each of ${counted(published, 'asset')}: ` +
      `${count(new Set(told.map(({ event }) => event)).size)} told, the others superseded`,
    broken: [
      ...whenAny(
        missing,
        (n, { type, subject, sequence }) =>
          `the CMS was never told the newest event of ${counted(n, 'asset')}, such as ${type} of ${subject}, no. ${sequence}`,
      ),
      ...whenAny(
        wrong,
        (n, { id, subject }) =>
          `the CMS was told ${counted(n, 'event')} of another asset, such as ${id}: ${assetOf.get(id)} is not ${subject}`,
      ),
      ...whenAny(
        invented,
        (n, { event }) => `the CMS was told ${counted(n, 'event')} that VIP never sent, such as ${event}`,
      ),
      ...whenAny(
        silent,
        (n, { source }) => `no event of ${counted(n, 'asset')} of VIP was acknowledged, such as of ${source}`,
      ),
      ...when(events.size === 0, () => 'VIP sent no event: nothing is shown'),
    ],
  }
}
