import { count, counted } from '@xconnector/example-kit/words'
import type { FlowName } from '../books.ts'
import type { Evidence } from '../evidence.ts'
import { when, type Law } from '../finding.ts'

const acknowledgedFor = ({ acknowledged, events }: Evidence): Readonly<Record<FlowName, number>> => {
  const webhooks = [...acknowledged.values()]
  return {
    entries: webhooks.filter(({ type }) => type === 'entry.publish').length,
    assets: webhooks.filter(({ type }) => type === 'asset.publish').length,
    'vip-events': events.size,
  }
}

/** What was acknowledged is in the journal's books, and nothing else is. */
export const nothingLost: Law = (evidence) => {
  const { starts, strange } = evidence.books
  const acknowledged = Object.entries(acknowledgedFor(evidence)) as [FlowName, number][]
  return {
    holds:
      `${counted(evidence.acknowledged.size, 'webhook')} of the CMS and ` +
      `${counted(evidence.events.size, 'event')} of VIP acknowledged, every one of them in the journal`,
    broken: [
      ...acknowledged.flatMap(([flow, n]) => {
        const missing = n - starts[flow].accepted
        return [
          ...when(
            missing > 0,
            () => `lost: ${count(missing)} of ${count(n)} acknowledged for ${flow}, but never in the journal`,
          ),
          ...when(
            missing < 0,
            () => `${counted(-missing, 'message')} of ${flow} in the journal that nobody sent`,
          ),
        ]
      }),
      ...strange.map((hop) => `the journal has a hop that the checker does not know: ${hop}`),
    ],
  }
}
