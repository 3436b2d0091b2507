import type { Context } from '../step/step.js'

/**
 * What stands in for a remote: the reply itself, or a function of what would be asked. A failure that it gives is one of the
 * step.
 */
// oxlint-disable-next-line typescript/no-explicit-any
export type GivenReply = Json | undefined | ((input: any, ctx: Context) => unknown)

type Json = string | number | boolean | null | object

/** Stand-ins by the name of the step: its own, or the one under which the flow knows it. */
export type Replies = Readonly<Record<string, GivenReply>>

/** What was given for a step, under either of its names. */
export const replyFor = (
  replies: Replies,
  ...names: readonly string[]
): { readonly reply: GivenReply } | undefined => {
  const name = names.find((n) => Object.hasOwn(replies, n))
  return name === undefined ? undefined : { reply: replies[name] }
}
