import type { Journal } from '@xconnector/core'
import { type Controlled, readDescription } from '@xconnector/core/operate'

/** Tells of something that can be paused how it is called now: a hop may have been renamed since it was paused. */
export const asCalledNow = async (
  journal: Pick<Journal, 'read'>,
  what: Controlled,
): Promise<(what: Controlled) => Controlled> => {
  if (!('flow' in what) || what.hop === undefined) return (one) => one
  const { flow } = what
  const name = `flow:${flow}`
  const renamed = readDescription((await journal.read([name]))[name]?.value)?.renamed ?? {}
  return (one) =>
    'flow' in one && one.flow === flow && one.hop !== undefined && Object.hasOwn(renamed, one.hop)
      ? { flow, hop: renamed[one.hop]! }
      : one
}
