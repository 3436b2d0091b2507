import { HttpFailure, type Occurrence } from './http-failure.js'

/** 404: there is no such thing. */
export class NotFound extends HttpFailure<'NotFound', 'permanent'> {
  constructor(occurrence: Occurrence<'permanent'>) {
    super('NotFound', occurrence)
  }
}
