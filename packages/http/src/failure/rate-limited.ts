import { HttpFailure, type Occurrence } from './http-failure.js'

/** 429: too many calls. Of scope `destination`; `retryAt` where the remote named a time. */
export class RateLimited extends HttpFailure<'RateLimited', 'transient'> {
  constructor(occurrence: Occurrence<'transient'>) {
    super('RateLimited', occurrence)
  }
}
