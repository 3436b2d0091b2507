import { HttpFailure, type Occurrence } from './http-failure.js'

/** 403: the credentials are good but do not allow this. */
export class Forbidden extends HttpFailure<'Forbidden', 'permanent'> {
  constructor(occurrence: Occurrence<'permanent'>) {
    super('Forbidden', occurrence)
  }
}
