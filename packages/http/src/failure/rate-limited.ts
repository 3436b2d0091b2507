import { HttpFailure, type Occurrence } from './http-failure.js'

/** 429, or 403 with a time to come again: too many calls. Of scope `destination`; `retryAt` where the remote named a time. */
export class RateLimited extends HttpFailure<'RateLimited', 'transient'> {
  constructor(occurrence: Occurrence<'transient'>) {
    super('RateLimited', occurrence)
  }
}
