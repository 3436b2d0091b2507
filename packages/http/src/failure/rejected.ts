import { HttpFailure, type Occurrence } from './http-failure.js'

/** The remote understood the request and will not do it: the other 4xx, 501 and 505. */
export class Rejected extends HttpFailure<'Rejected', 'permanent'> {
  constructor(occurrence: Occurrence<'permanent'>) {
    super('Rejected', occurrence)
  }
}
