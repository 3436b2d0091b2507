import { HttpFailure, type Occurrence } from './http-failure.js'

/** 412: the version there is not the one that the request was made for. */
export class PreconditionFailed extends HttpFailure<'PreconditionFailed', 'permanent'> {
  constructor(occurrence: Occurrence<'permanent'>) {
    super('PreconditionFailed', occurrence)
  }
}
