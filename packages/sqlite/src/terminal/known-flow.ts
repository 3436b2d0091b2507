import { FLOWS, readFlowNames } from '@xconnector/core/operate'
import type { Desk } from './command.js'

/** Says of a flow that a journal has never heard of that it has not: a slip of the pen must not look like an empty answer. */
export const noteUnknownFlow = async (desk: Desk, flow: string | undefined): Promise<void> => {
  if (flow === undefined) return
  const journal = desk.journal()
  const described = readFlowNames((await journal.read([FLOWS]))[FLOWS]?.value)
  const counted = (await journal.admin.counts()).map((count) => count.flow)
  const known = [...new Set([...described, ...counted])].sort()
  if (known.includes(flow)) return
  const there = known.length === 0 ? 'none has been started on this journal' : `there are ${known.join(', ')}`
  desk.screen.note(`There is no flow ${flow}; ${there}.`)
}
