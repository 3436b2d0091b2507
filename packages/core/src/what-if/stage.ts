import type { Destination } from '../destination/destination.js'
import { isFailure, type Tagged } from '../failure/failure.js'
import type { AnyStep, Definition } from '../flow/op.js'
import { withoutTaps } from '../flow/with-steps.js'
import type { AlertTarget } from '../route/route.js'
import { left, right, type May, type Result } from '../result/result.js'
import { alertHopName } from '../runtime/alerts.js'
import { rootOf } from '../runtime/envelope.js'
import { sent } from '../runtime/preview.js'
import type { Rehearsal } from '../runtime/rehearsal.js'
import type { Context } from '../step/step.js'
import { replaceInner } from '../step/target.js'
import { maskedInput } from './masked-input.js'
import type { Need } from './need.js'
import { replyFor, type GivenReply, type Replies } from './replies.js'
import { replyUses, type ReplyUse } from './reply-uses.js'
import type { Story } from './story.js'

/** What stands in for remotes. */
export interface StageOptions {
  readonly replies: Replies
  readonly once: Replies
  readonly reads: 'stub' | 'real'
}

type Answer = Result<Tagged, unknown>

/** Where flows are played: nothing leaves it, and whatever would have is told to the story of its message. */
export class Stage implements Rehearsal {
  readonly #o: StageOptions
  /** By message: whose it is. */
  readonly #storyOf: (root: string) => Story | undefined
  /** Names of alert targets. */
  readonly alerts: Set<string> = new Set()
  readonly #alertHops = new Set<string>()
  // Attempts that are inside of a real read.
  readonly #reading = new Set<string>()

  constructor(options: StageOptions, storyOf: (root: string) => Story | undefined) {
    this.#o = options
    this.#storyOf = storyOf
  }

  /** The same flow, with stand-ins for all that calls a remote, and without taps. */
  played(d: Definition): Definition {
    const uses = replyUses(d)
    return withoutTaps(d, (step, name) =>
      replaceInner(step, (inner) => {
        if (inner.effect !== 'none') return this.#target(inner, name, uses.get(step) ?? 'read')
        return inner.destination === undefined ? inner : this.#read(inner, name)
      }),
    )
  }

  /** What stands in for an alert target: that it would be told is seen in the verdict. */
  alert(target: AlertTarget): AlertTarget {
    this.alerts.add(target.name)
    this.#alertHops.add(alertHopName(target))
    const step = { ...target, run: () => right(undefined) }
    delete (step as { reconcile?: unknown }).reconcile
    return step
  }

  mayEnter(destination: Destination, ctx: Context): boolean {
    if (destination.members?.length === 0 || this.#reading.has(placeOf(ctx))) return true
    const story = this.#story(ctx)
    if (!story.isHeld(idOf(ctx))) this.#need(ctx, { what: 'call', name: destination.name })
    return false
  }

  once(name: string, ctx: Context): { readonly value: unknown } | 'run' | undefined {
    // Alerts are put together so; whom they are delivered to is a stand-in.
    if (this.#alertHops.has(hopOf(ctx))) return 'run'
    const { message, key } = ctx
    const story = this.#story(ctx)
    if (story.isHeld(idOf(ctx))) return undefined
    const call = { target: `once ${name}`, hop: hopOf(ctx), effect: 'once', key } as const
    story.call(call, null, rootOf(message.id))
    const given = replyFor(this.#o.once, name)
    if (given !== undefined) return { value: valueOf(given.reply, undefined, ctx) }
    this.#need(ctx, { what: 'once', name })
    return undefined
  }

  #target(step: AnyStep, name: string, use: ReplyUse): AnyStep {
    const run = async (input: never, ctx: Context): Promise<Answer> => {
      const story = this.#story(ctx)
      // A function before it may have gone on from where its message is held.
      if (story.isHeld(idOf(ctx))) return ctx.enter(step.destination!) as May<Answer>
      const sends = await sent(step, input, ctx)
      const call = { target: step.name, hop: hopOf(ctx), effect: step.effect as never, key: ctx.key }
      story.call(call, maskedInput(sends), rootOf(ctx.message.id))
      const given = replyFor(this.#o.replies, name, step.name)
      if (given !== undefined) return answered(given.reply, input, ctx)
      if (use === 'read') return this.#hold(step, { what: 'reply', name: step.name }, ctx)
      if (use === 'handed') story.unanswered.add(step.name)
      return right(undefined)
    }
    const stub = { ...step, run }
    delete (stub as { reconcile?: unknown }).reconcile
    return stub
  }

  #read(step: AnyStep, name: string): AnyStep {
    const run = (input: never, ctx: Context): May<Answer> => {
      const given = replyFor(this.#o.replies, name, step.name)
      if (given !== undefined) return answered(given.reply, input, ctx)
      if (this.#o.reads === 'real') return this.#really(step, input, ctx)
      return this.#hold(step, { what: 'read', name: step.name }, ctx)
    }
    return { ...step, run }
  }

  async #really(step: AnyStep, input: never, ctx: Context): Promise<Answer> {
    const place = placeOf(ctx)
    this.#reading.add(place)
    try {
      return await step.run(input, ctx)
    } finally {
      this.#reading.delete(place)
    }
  }

  #hold(step: AnyStep, need: Omit<Need, 'hop'>, ctx: Context): May<Answer> {
    this.#need(ctx, need)
    return ctx.enter(step.destination!) as May<Answer>
  }

  #need(ctx: Context, need: Omit<Need, 'hop'>): void {
    this.#story(ctx).need({ ...need, hop: hopOf(ctx) }, idOf(ctx))
  }

  #story(ctx: Context): Story {
    const story = this.#storyOf(rootOf(ctx.message.id))
    if (story === undefined) throw new TypeError(`whatIf: message ${ctx.message.id} came from nowhere`)
    return story
  }
}

const hopOf = (ctx: Context): string => ('hop' in ctx ? String(ctx.hop) : '')
// The entry that it is of: a pattern may run its branches under keys of their own.
const idOf = (ctx: Context): string =>
  (ctx as { readonly entry?: { readonly id: string } }).entry?.id ?? ctx.key
const placeOf = (ctx: Context): string => `${ctx.message.id}\n${ctx.key}`

const valueOf = (given: GivenReply, input: unknown, ctx: Context): unknown =>
  typeof given === 'function' ? given(input, ctx) : given

// Each message gets a reply of its own: user functions may change what they are given.
const answered = async (given: GivenReply, input: unknown, ctx: Context): Promise<Answer> => {
  const reply: unknown = await valueOf(given, input, ctx)
  if (isFailure(reply)) return left(reply)
  return right(typeof given === 'function' ? reply : structuredClone(reply))
}
