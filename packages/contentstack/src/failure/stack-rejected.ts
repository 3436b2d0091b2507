import { ApiFailure, type ApiRefusal } from './api-failure.js'

/**
 * Contentstack understood the call and will not do it: see `errorCode`, `errorMessage` and `errors`. 412: the API key is not
 * known. 401 with the codes 161, 294 and 295 is here too: no expired token, another one would not help.
 */
export class StackRejected extends ApiFailure<'StackRejected'> {
  constructor(refusal: ApiRefusal) {
    super('StackRejected', refusal)
  }
}
