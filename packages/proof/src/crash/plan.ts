import { slotsOf, type Mode, type Slot } from './cast/slots.ts'
import { chance } from './chance.ts'
import { POINTS, type Order, type Point } from './points.ts'

/** One blow of a run: a kill at a point, or a stop for longer than a lease. */
export type Blow = { readonly slot: string; readonly pause: number } & (
  | ({ readonly as: 'kill' } & Order)
  | { readonly as: 'stop' }
)

/** Which blows a slot gets, one after the other. */
export type Plan = ReadonlyMap<string, readonly Blow[]>

const OF_PRODUCERS: readonly Point[] = ['at random']
const OF_ACCEPT: readonly Point[] = POINTS.filter(
  (point) =>
    point !== 'after the effect, before its commit' && point !== 'after the mark of an unsafe effect',
)
const OF_WORK: readonly Point[] = POINTS.filter((point) => point !== 'between accept and its answer')

const pointsOf = ({ role }: Slot): readonly Point[] =>
  role === 'producer' ? OF_PRODUCERS : role === 'accept' ? OF_ACCEPT : role === 'work' ? OF_WORK : POINTS

/** One stop in so many kills of a service that works. */
const STOPS = 12

/**
 * The kills and stops of a run. The same seed gives the same ones; when they come, in the life of real processes, differs
 * from run to run. Points take turns, so that even a short run meets all of them.
 */
export const planOf = (seed: string, mode: Mode, kills: number): Plan => {
  const slots = slotsOf(mode)
  const plan = new Map<string, Blow[]>(slots.map(({ name }) => [name, []]))
  const turns = new Map<string, number>()
  for (const [n, slot] of inTurn(slots, kills, seed + mode).entries()) {
    const turn = turns.get(slot.name) ?? Math.floor(chance(seed, mode, slot.name) * 100)
    turns.set(slot.name, turn + 1)
    const blows = plan.get(slot.name)!
    if (slot.role !== 'producer' && slot.role !== 'accept' && turn % STOPS === 0)
      blows.push({ as: 'stop', slot: slot.name, pause: pauseOf(seed, mode, n, 'stop') })
    blows.push(killOf(seed, mode, n, slot, turn))
  }
  return plan
}

/** One kill in so many is a producer's. The services share the others evenly, so that all are under fire to the end. */
const PRODUCERS = 10

const inTurn = (slots: readonly Slot[], kills: number, seed: string): readonly Slot[] => {
  const producers = slots.filter(({ role }) => role === 'producer')
  const services = slots.filter(({ role }) => role !== 'producer')
  const start = Math.floor(chance(seed, 'start') * slots.length)
  return Array.from({ length: kills }, (_, n) => {
    const round = Math.floor(n / PRODUCERS)
    if (n % PRODUCERS === PRODUCERS - 1) return producers[(start + round) % producers.length]!
    return services[(start + n - round) % services.length]!
  })
}

const pauseOf = (seed: string, mode: Mode, n: number, what: string): number =>
  Math.round(60 + 500 * chance(seed, mode, n, what, 'pause'))

/** How often a point may be passed before the kill: as often as a process passes it in about half a second. */
const MOST: Readonly<Record<Point, number>> = {
  'before the commit': 12,
  'after the commit, before its answer': 12,
  'in the middle of a transaction': 120,
  'during a checkpoint': 6,
  'between accept and its answer': 4,
  'after the effect, before its commit': 8,
  'after the mark of an unsafe effect': 2,
  'at start': 1,
  'while it stops': 1,
  'at random': 1,
}

const killOf = (seed: string, mode: Mode, n: number, slot: Slot, turn: number): Blow => {
  const points = pointsOf(slot)
  // Every other kill is at random, for who has lost his power does not choose his point.
  const point = turn % 2 === 0 ? 'at random' : points[Math.floor(turn / 2) % points.length]!
  const dice = (what: string): number => chance(seed, mode, n, what)
  return {
    as: 'kill',
    slot: slot.name,
    point,
    pause: pauseOf(seed, mode, n, 'kill'),
    countdown: 1 + Math.floor(dice('countdown') * MOST[point]),
    after: Math.round(dice('after') * (point === 'during a checkpoint' ? 5 : 100)),
  }
}
