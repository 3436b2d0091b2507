import { Failure } from '../failure/failure.js'

/** A call was under way when the process under test was killed: nobody knows what became of it. */
export class Killed extends Failure<'Killed', 'unknown'> {
  constructor() {
    super('Killed', 'unknown', 'the process was killed while this call was under way; send it again')
  }
}
