import { HttpFailure, type Occurrence } from './http-failure.js'

/**
 * No connection came about, or no credentials were to be had: nothing was sent. Its `code` and message say what was wrong.
 * `permanent` where it will fail again: a certificate that does not verify, a refused address, a proxy that wants other
 * credentials.
 */
export class ConnectFailed extends HttpFailure<'ConnectFailed', 'transient' | 'permanent'> {
  constructor(occurrence: Occurrence<'transient' | 'permanent'>) {
    super('ConnectFailed', occurrence)
  }
}
