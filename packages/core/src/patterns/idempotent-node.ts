import { DeadlineExceeded } from '../failure/deadline-exceeded.js'
import { isFailure, type Tagged } from '../failure/failure.js'
import { KeyInUse } from '../failure/key-in-use.js'
import { StepFailed } from '../failure/step-failed.js'
import type { Decision, Doubt, Inherited, NodeContext, NodeDefinition } from '../flow/node.js'
import type { Json } from '../message/json.js'
import { stringify } from '../message/storable.js'
import { left, right, type Result } from '../result/result.js'
import { isParked } from '../step/is-parked.js'
import type { Context, Target } from '../step/step.js'
import { FORGET, forgetRow, forgetting } from './forget-row.js'
import { patience, release, reserve, settle, type KeyRow } from './idempotent-row.js'

const WORK = 'work'
const EFFECT = 'effect'

/** An idempotent receiver as it runs. Milliseconds. */
export interface ReceiverRules {
  readonly name: string
  readonly target: Target<never, unknown, Tagged>
  readonly windowMs: number
  readonly filters: boolean
  readonly waits: boolean
  readonly key: (body: unknown, ctx: Context) => string
  readonly join: (body: unknown, reply: unknown, repeat: boolean, ctx: Context) => unknown
}

/** What the entry at work carries. */
interface Work {
  readonly body: unknown
  readonly key: string
  readonly inherits: Inherited
}

/**
 * Reserves the key in the commit that hands the message on to the effect, and says in the commit after the effect what became
 * of it. The effect's own idempotency key is that of the receiver: a target that keeps keys knows a repeat by itself.
 */
export const receiverNode = (r: ReceiverRules): NodeDefinition => {
  const rowName = (ctx: NodeContext, key: string): string => `idempotent:${ctx.place}/${key}`
  const read = async (
    ctx: NodeContext,
    name: string,
  ): Promise<{ version: number; row: KeyRow | undefined }> => {
    const stored = (await ctx.load([name]))[name]
    return { version: stored?.version ?? 0, row: stored?.value as unknown as KeyRow | undefined }
  }
  const put = (name: string, expect: number, row: KeyRow): Pick<Decision, 'put'> => ({
    put: [{ name, expect, value: row as unknown as Json }],
  })

  const goOn = async (w: Work, reply: unknown, repeat: boolean, ctx: NodeContext): Promise<Decision> => {
    if (repeat && r.filters) return { done: 'filtered' }
    let body: unknown
    try {
      body = await r.join(w.body, reply, repeat, ctx)
    } catch (thrown) {
      return { fails: new StepFailed(r.name, thrown) }
    }
    if (isFailure(body)) return { fails: body }
    const bad = unstorable(r.name, body)
    if (bad !== undefined) return { fails: bad }
    return { emit: [{ to: 'next', body, inherits: w.inherits }] }
  }

  const enter = async (body: unknown, ctx: NodeContext): Promise<Result<Tagged, Decision>> => {
    const key = keyOf(r, body, ctx)
    const name = rowName(ctx, key)
    const w: Work = { body, key, inherits: ctx.inherits }
    const { version, row } = await read(ctx, name)
    if (row?.is === 'done') return right(await goOn(w, row.reply, row.by !== ctx.idOf(WORK), ctx))
    const emit = [{ to: WORK, body: w, fresh: true as const }]
    if (row?.is === 'reserved') return right({ emit })
    const reserved = reserve(row, ctx.idOf(WORK), ctx.idOf(FORGET), ctx.now, r.windowMs)
    if (row !== undefined) return right({ emit, ...put(name, version, reserved) })
    return right({ emit: [...emit, forgetting(name, reserved.ends)], ...put(name, version, reserved) })
  }

  const work = async (w: Work, ctx: NodeContext): Promise<Result<Tagged, Decision>> => {
    const name = rowName(ctx, w.key)
    const { version, row } = await read(ctx, name)
    if (row?.is === 'done') return right(await goOn(w, row.reply, row.by !== ctx.key, ctx))
    const mine = row?.is === 'reserved' && row.by === ctx.key
    const { deadline } = w.inherits
    if (deadline !== undefined && ctx.now >= deadline) {
      const fails = new DeadlineExceeded(`the deadline passed ${ctx.now - deadline} ms ago`)
      return right(
        mine
          ? { fails, ...put(name, version, release(row, row.doubt !== undefined, ctx.now, r.windowMs)) }
          : { fails },
      )
    }
    if (row?.is === 'reserved' && !mine)
      return right(
        r.waits ? { again: ctx.now + patience(row, ctx.now) } : { fails: new KeyInUse(r.name, w.key) },
      )
    if (!mine) {
      const reserved = reserve(row, ctx.key, ctx.idOf(FORGET), ctx.now, r.windowMs)
      const emit = row === undefined ? [forgetting(name, reserved.ends)] : []
      return right({ again: ctx.now, emit, ...put(name, version, reserved) })
    }
    const doubt: Doubt | undefined =
      row.doubt === undefined ? undefined : row.doubt === ctx.key ? 'ask' : 'must'
    const effectKey = `${ctx.place}/${encodeURIComponent(w.key)}~${row.since}`
    const end = await ctx.run(EFFECT, w.body, effectKey, doubt)
    if (end._tag === 'Left') {
      // Neither a failure nor an outcome: the key stays reserved, and the entry comes again.
      if (isParked(end.left) || end.left._tag === 'Fenced' || end.left._tag === 'Unwritten') return end
      return right({
        fails: end.left,
        ...put(name, version, release(row, inDoubt(r, end.left, ctx), ctx.now, r.windowMs)),
      })
    }
    // From here on it is done, whatever the rest of it comes to.
    const bad = unstorable(r.name, end.right)
    const reply = bad === undefined ? (end.right as Json | undefined) : undefined
    const after = bad === undefined ? await goOn(w, reply, false, ctx) : { fails: bad }
    return right({ ...after, ...put(name, version, settle(row, reply, ctx.now, r.windowMs)) })
  }

  return {
    enter,
    entrances: { [WORK]: work, [FORGET]: forgetRow<KeyRow>(() => 'joined') },
    branches: { [EFFECT]: r.target },
    inline: [EFFECT],
    async call(body, ctx, send) {
      const end = await send(EFFECT, body, encodeURIComponent(keyOf(r, body, ctx)))
      if (end._tag === 'Left') return end
      const joined = await r.join(body, end.right, false, ctx)
      return isFailure(joined) ? left(joined) : right(joined)
    },
  }
}

const keyOf = (r: ReceiverRules, body: unknown, ctx: Context): string => {
  const key: unknown = r.key(body, ctx)
  if (typeof key === 'string' && key !== '') return key
  throw new TypeError(
    `idempotent "${r.name}": key: expected a text that is not empty, got ${key === '' ? "''" : typeof key}`,
  )
}

const unstorable = (name: string, value: unknown): StepFailed | undefined => {
  const made = stringify(value)
  if ('text' in made) return undefined
  const where = made.path === '' ? 'what it goes on with' : made.path
  return new StepFailed(name, undefined, `idempotent "${name}": ${where}: ${made.type} cannot be stored`)
}

/** An unsafe effect that was broken off may have happened, whatever its step makes of that. */
const inDoubt = ({ target }: ReceiverRules, failure: Tagged, ctx: NodeContext): boolean =>
  failure.kind === 'unknown' || (target.effect === 'unsafe' && ctx.signal.aborted)
