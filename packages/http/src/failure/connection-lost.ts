import { HttpFailure, type Occurrence } from './http-failure.js'

/** The connection broke after the request may have been sent, or the answer broke off. `unknown` unless a read. */
export class ConnectionLost extends HttpFailure<'ConnectionLost', 'transient' | 'unknown'> {
  constructor(occurrence: Occurrence<'transient' | 'unknown'>) {
    super('ConnectionLost', occurrence)
  }
}
