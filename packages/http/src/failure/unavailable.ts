import { HttpFailure, type Occurrence } from './http-failure.js'

/** 503, 408, 421 and 425 refused (`transient`); other 5xx may have taken effect (`unknown` unless a read). */
export class Unavailable extends HttpFailure<'Unavailable', 'transient' | 'unknown'> {
  constructor(occurrence: Occurrence<'transient' | 'unknown'>) {
    super('Unavailable', occurrence)
  }
}
