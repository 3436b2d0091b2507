import { HttpFailure, type Occurrence } from './http-failure.js'

/** No connection came about, or no credentials were to be had: nothing was sent. */
export class ConnectFailed extends HttpFailure<'ConnectFailed', 'transient'> {
  constructor(occurrence: Occurrence<'transient'>) {
    super('ConnectFailed', occurrence)
  }
}
