import { deadLetter, flow, type Deployable, type Tagged } from '../../src/index.js'
import { saga, type SagaOptions } from '../../src/patterns/saga.js'
import { given } from '../cases/support/given.js'
import { Bad, fine, remote, type Remote } from '../semantics/remote.js'

/** What is booked. */
export interface Trip {
  readonly to: string
}

/** What every remote of a trip is called with. */
export interface Sent {
  readonly ref: string
  readonly reply?: string | undefined
  readonly sees?: readonly string[]
}

/** What the three places of a trip, and their desks for cancelling, do: a failure, or nothing for a good answer. */
export type Answers = Partial<
  Record<'flight' | 'hotel' | 'car' | 'no flight' | 'no hotel' | 'no car', (nth: number) => unknown>
>

/** A trip: its flow, what was called in order, and its places. */
export interface Booking {
  readonly log: string[]
  readonly place: Readonly<Record<keyof Answers, Remote<Sent, Tagged>>>
  readonly end: Remote<unknown, never>
  readonly flow: Deployable
}

export const booking = (answers: Answers = {}, o: SagaOptions = {}, accept: object = {}): Booking => {
  const log: string[] = []
  const place = (name: keyof Answers): Remote<Sent, Tagged> =>
    remote<Tagged, Sent>(name, (_input, _ctx, nth) => {
      log.push(name)
      return answers[name]?.(nth) ?? { id: `${name} ${nth}` }
    })
  const [flight, hotel, car] = [place('flight'), place('hotel'), place('car')]
  const [noFlight, noHotel, noCar] = [place('no flight'), place('no hotel'), place('no car')]
  const again = { attempts: 3, initial: '1s', jitter: 'none' } as const
  const each = { retry: again, undoRetry: again, noEffect: ['Bad'] }
  const idOf = (reply: unknown): string | undefined => (reply as { id: string } | undefined)?.id
  const sees = (replies: object): readonly string[] => Object.values(replies).map((r) => String(idOf(r)))
  const trip = saga('trip', o)
    .input((t: Trip, ctx) => ({ ref: `${t.to} at ${ctx.clock.now() - Date.UTC(2026, 0)}` }))
    .step(
      'flight',
      flight.with((s) => ({ ref: s.options.ref, sees: [] })),
      {
        ...each,
        undo: noFlight.with((s) => ({ ref: s.options.ref, reply: idOf(s.reply), sees: sees(s.replies) })),
      },
    )
    .step(
      'hotel',
      hotel.with((s) => ({ ref: s.options.ref, sees: sees(s.replies) })),
      {
        ...each,
        undo: noHotel.with((s) => ({ ref: s.options.ref, reply: idOf(s.reply), sees: sees(s.replies) })),
      },
    )
    .step(
      'car',
      car.with((s) => ({ ref: s.options.ref, sees: sees(s.replies) })),
      {
        ...each,
        undo: noCar.with((s) => ({ ref: s.options.ref, reply: idOf(s.reply), sees: sees(s.replies) })),
      },
    )
  const end = fine<unknown>('end')
  return {
    log,
    place: { flight, hotel, car, 'no flight': noFlight, 'no hotel': noHotel, 'no car': noCar },
    end,
    flow: flow('f').from(given<Trip>(), accept).through(trip).to(end).otherwise(deadLetter()),
  }
}

/** Refuses so many times. */
export const refusing =
  (times: number, failure: () => Tagged = () => new Bad({})) =>
  (nth: number): unknown =>
    nth <= times ? failure() : undefined
