import { checkConfig } from '../config/check-config.js'
import type { Setting } from '../config/setting.js'
import type { Plan } from '../plan/plan.js'

/** Reads every setting that sources and steps of these flows name. @throws ConfigInvalid with all that is wrong. */
export const checkSettings = (plans: readonly Plan[], config: Readonly<Record<string, string>>): void => {
  const settings = new Set<Setting<unknown>>()
  for (const p of plans) {
    for (const s of p.definition.source?.settings ?? []) settings.add(s)
    for (const hop of p.hops.values())
      for (const line of hop.program.lines) for (const s of line.step?.settings ?? []) settings.add(s)
  }
  const wrong = checkConfig(settings, config)
  if (wrong !== undefined) throw wrong
}
