import type { Clock } from '@xconnector/core'
import type { ProcessFacts } from '../../ports/process-facts.js'
import type { FreshStatus } from '../fresh-status.js'
import type { LoopWindow } from '../loop-window.js'
import type { EventTallies } from '../metrics/event-tallies.js'
import { EXPOSITION, exposition } from '../metrics/exposition.js'
import { familiesOf } from '../metrics/families.js'
import type { ParkedTime } from '../metrics/parked-time.js'
import type { Operated } from '../operated.js'
import type { OpsRoute } from '../route.js'

/** What is measured all the time. */
export interface Meters {
  readonly tallies: EventTallies
  readonly parked: ParkedTime
  readonly loop: LoopWindow
  readonly facts: ProcessFacts
}

/** How long a scrape waits for the journal: milliseconds. */
const PATIENCE = 2000

/** `/metrics`: in the Prometheus text format. A journal that does not answer is told as such, and holds nothing up. */
export const metrics = (
  runtime: Pick<Operated, 'health'>,
  fresh: FreshStatus,
  { tallies, parked, loop, facts }: Meters,
  clock: Clock,
): OpsRoute => ({
  method: 'GET',
  path: '/metrics',
  probe: 'metrics',
  async handle() {
    const status = await fresh.within(PATIENCE)
    const families = familiesOf({
      now: clock.now(),
      health: runtime.health(),
      status,
      tallies,
      parked,
      loop: loop.delay,
      started: facts.started,
    })
    return { status: 200, headers: { 'content-type': EXPOSITION }, body: exposition(families) }
  },
})
