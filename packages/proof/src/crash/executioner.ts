import { setTimeout as sleep } from 'node:timers/promises'
import type { Occupant } from './occupant.ts'
import type { Blow } from './plan.ts'
import type { Unanswered } from './unanswered.ts'
import type { Done } from './violence.ts'

/** What the blows of a run go by. */
export interface Scene {
  readonly occupants: readonly Occupant[]
  readonly unanswered: ReadonlyMap<string, Unanswered>
  readonly stopMs: number
  /** Told of each blow. */
  struck(done: Done): void
  /** Whether enough was done. */
  over(): boolean
}

/** A blow that met nothing is dealt again, so often. */
const TRIES = 5

/** How long a process may take to come to the point where it is to die: milliseconds. */
const PATIENCE = 6000

/** Deals the blows of one slot, one after the other, and starts a new life after each. */
export const strike = async (occupant: Occupant, blows: readonly Blow[], scene: Scene): Promise<void> => {
  for (const blow of blows) {
    for (let n = 0; n < TRIES && !scene.over(); n++) {
      const done = blow.as === 'stop' ? await stop(occupant, blow, scene) : await kill(occupant, blow, scene)
      scene.struck(done)
      // Who has no more blows to take is there for the others.
      await occupant.start()
      if (done.counted) break
    }
    if (scene.over()) return
  }
}

const isBusy = (occupant: Occupant, { unanswered }: Scene): boolean =>
  occupant.slot.role === 'producer'
    ? unanswered.get(occupant.slot.name)!.look().count > 0
    : occupant.hands.busy

const aim = async (occupant: Occupant, scene: Scene): Promise<void> => {
  for (let look = 0; look < 500 && occupant.running && !isBusy(occupant, scene); look++) await sleep(2)
}

const kill = async (
  occupant: Occupant,
  blow: Blow & { readonly as: 'kill' },
  scene: Scene,
): Promise<Done> => {
  const { slot } = occupant
  let { point } = blow
  const order = { point, countdown: blow.countdown, after: blow.after }
  if (point === 'at start') {
    // The life before it ends like any other, so that there is something to recover.
    await occupant.start()
    await sleep(blow.pause)
    await aim(occupant, scene)
    occupant.signal('SIGKILL')
    await occupant.ended(PATIENCE)
    const left = occupant.hands.held
    const before = {
      at: Date.now(),
      slot: slot.name,
      life: occupant.life,
      counted: left.length > 0,
      inHand: left,
    }
    scene.struck({ ...before, point: 'at random' })
    await occupant.start(order)
    if ((await occupant.ended(PATIENCE)) === undefined) occupant.signal('SIGKILL')
    await occupant.ended(PATIENCE)
    const counted = left.length > 0 || anythingOpen(scene)
    return {
      at: Date.now(),
      slot: slot.name,
      life: occupant.life,
      point,
      counted,
      inHand: occupant.hands.held,
    }
  }
  await occupant.start()
  await sleep(blow.pause)
  let died: Awaited<ReturnType<Occupant['ended']>>
  if (point !== 'at random') {
    occupant.tell(order, true)
    if (point === 'while it stops') {
      await aim(occupant, scene)
      occupant.tell('stop', true)
    }
    died = await occupant.ended(PATIENCE)
  }
  if (died === undefined) {
    point = 'at random'
    await aim(occupant, scene)
    occupant.signal('SIGKILL')
    died = await occupant.ended(PATIENCE)
  }
  const { held, inCheckpoint } = occupant.hands
  if (point === 'during a checkpoint' && !inCheckpoint) point = 'at random'
  // A graceful stop may have been quicker.
  const counted = died?.signal === 'SIGKILL' && isBusy(occupant, scene)
  return { at: Date.now(), slot: slot.name, life: occupant.life, point, counted, inHand: held }
}

const anythingOpen = ({ occupants, unanswered }: Scene): boolean =>
  occupants.some(({ slot, hands }) => slot.role !== 'producer' && hands.busy) ||
  [...unanswered.values()].some((of) => of.look().count > 0)

const stop = async (occupant: Occupant, blow: Blow, scene: Scene): Promise<Done> => {
  await occupant.start()
  await sleep(blow.pause)
  for (let look = 0; look < 500 && occupant.hands.held.length === 0; look++) await sleep(2)
  occupant.signal('SIGSTOP')
  await sleep(scene.stopMs)
  const inHand = occupant.hands.held
  occupant.signal('SIGCONT')
  const point = 'stopped for longer than a lease'
  return {
    at: Date.now(),
    slot: occupant.slot.name,
    life: occupant.life,
    point,
    counted: inHand.length > 0,
    inHand,
  }
}
