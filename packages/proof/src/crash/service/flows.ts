import type { Deployable } from '@xconnector/core'
import { fan } from './flows/fan.ts'
import { gathers } from './flows/gathers.ts'
import { groups } from './flows/groups.ts'
import { lines } from './flows/lines.ts'
import { orders } from './flows/orders.ts'
import { receivers } from './flows/receivers.ts'
import { run } from './flows/run.ts'
import type { Hook } from './hook.ts'
import type { Remotes } from './remotes.ts'

/** All flows of the crash test. */
export const flowsOn = (hook: Hook, to: Remotes): readonly Deployable[] => [
  fan(hook, to),
  ...gathers(hook, to),
  lines(hook, to),
  ...groups(hook, to),
  run(hook, to),
  ...receivers(hook, to),
  ...orders(hook, to),
]
