import { HttpFailure, type Occurrence } from './http-failure.js'

/** 401: the credentials are missing, wrong or expired. Of scope `destination`. */
export class Unauthorized extends HttpFailure<'Unauthorized', 'permanent'> {
  constructor(occurrence: Occurrence<'permanent'>) {
    super('Unauthorized', occurrence)
  }
}
