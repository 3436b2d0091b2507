import { HttpFailure, type Occurrence } from './http-failure.js'

/** 409: the request conflicts with the state there. `transient` when the remote said when to come again. */
export class Conflict extends HttpFailure<'Conflict', 'permanent' | 'transient'> {
  constructor(occurrence: Occurrence<'permanent' | 'transient'>) {
    super('Conflict', occurrence)
  }
}
