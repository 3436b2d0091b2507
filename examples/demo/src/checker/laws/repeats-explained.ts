import { count, counted } from '@xconnector/example-kit/words'
import { CONCURRENCY, SYSTEMS } from '../../shared/evidence.ts'
import { deliveriesOf, explain, repeatsIn, type Delivered } from '../deliveries.ts'
import { versionName, when, whenAny, type Law } from '../finding.ts'

/** What came twice came under one idempotency key, and there was a reason for it. */
export const repeatsExplained: Law = ({ requests, tracking, vip, kills, acknowledgedAgain }) => {
  const took = [
    ...SYSTEMS.map((system) => {
      const deliveries = deliveriesOf(requests[system], (line) => versionName(line.thing, line.version))
      return { target: system, deliveries }
    }),
    { target: 'tracking' as const, deliveries: deliveriesOf(tracking, ({ event }) => event) },
  ]
  let [byCut, byKill] = [0, 0]
  const broken = took.flatMap(({ target, deliveries }) => {
    const found = explain(deliveries, kills)
    byCut += found.byCut
    byKill += found.byKill
    const most = CONCURRENCY[target] * kills.length
    return [
      ...whenAny(
        underTwoKeys(deliveries),
        (n, { name }) =>
          `duplicate: ${target} got ${count(n)} under more than one idempotency key, such as ${name}`,
      ),
      ...whenAny(
        found.unexplained,
        (n, name) => `duplicate: ${target} got ${count(n)} again without a reason, such as ${name}`,
      ),
      ...when(
        found.byKill > most,
        () => `${target} got ${counted(found.byKill, 'repeat')} by the kill, which explains ${most} at most`,
      ),
    ]
  })
  const twice = vip.assets.flatMap(({ source, versions }) => {
    const names = versions.map(({ sourceVersion }) => versionName(source, sourceVersion))
    return names.filter((name, i) => names.indexOf(name) < i)
  })
  const repeats = took.reduce((sum, { deliveries }) => sum + repeatsIn(deliveries), 0)
  return {
    holds:
      `${counted(acknowledgedAgain, 'webhook')} came twice and went out once; ${counted(repeats, 'repeat')} at the ` +
      `targets under one key each: ${count(byCut)} after a lost answer, ${count(byKill)} by the kill`,
    broken: [
      ...broken,
      ...whenAny(
        twice,
        (n, name) => `duplicate: VIP has ${counted(n, 'version')} more than once, such as ${name}`,
      ),
      ...when(acknowledgedAgain === 0, () => 'no webhook came twice: nothing is shown'),
    ],
  }
}

const underTwoKeys = (deliveries: ReadonlyMap<string, Delivered>): readonly Delivered[] =>
  [...deliveries.values()].filter(({ entries }) => entries.size > 1)
