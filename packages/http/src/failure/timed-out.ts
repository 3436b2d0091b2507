import { HttpFailure, type Occurrence } from './http-failure.js'

/** The time was up. `transient` when nothing had been sent, and for reads; else `unknown`. */
export class TimedOut extends HttpFailure<'TimedOut', 'transient' | 'unknown'> {
  constructor(occurrence: Occurrence<'transient' | 'unknown'>) {
    super('TimedOut', occurrence)
  }
}
