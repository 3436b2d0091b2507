import { checkConfig } from '../config/check-config.js'
import type { Setting } from '../config/setting.js'
import type { Op } from '../flow/op.js'
import type { Deployment } from './deploy.js'

/** Reads every setting that sources, steps and alert targets name. @throws ConfigInvalid with all that is wrong. */
export const checkSettings = (deployment: Deployment, config: Readonly<Record<string, string>>): void => {
  const settings = new Set<Setting<unknown>>()
  const take = (from: readonly Setting<unknown>[] | undefined): void => from?.forEach((s) => settings.add(s))
  for (const { definition } of deployment.plans) {
    take(definition.source?.settings)
    for (const op of definition.ops) takeOp(op, take)
  }
  // The hops of alerts are in no flow's ops.
  for (const [, { hop }] of deployment.registry.all())
    for (const line of hop.program.lines) take(line.step?.settings)
  const wrong = checkConfig(settings, config)
  if (wrong !== undefined) throw wrong
}

const takeOp = (op: Op, take: (from: readonly Setting<unknown>[] | undefined) => void): void => {
  if (op.op === 'step') take(op.step.settings)
  const branches =
    op.op === 'choose' ? op.cases : op.op === 'fanOut' ? op.branches : op.op === 'split' ? [op.item] : []
  for (const b of branches) for (const inner of b.ops) takeOp(inner, take)
}
