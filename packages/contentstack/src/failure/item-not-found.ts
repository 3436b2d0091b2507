import { ApiFailure, type ApiRefusal } from './api-failure.js'

/**
 * The entry, the asset, its version or localization, or the content type does not exist, or is not published to the
 * environment. Contentstack says so by 422 with the code 141 or 118, or by 404.
 */
export class ItemNotFound extends ApiFailure<'ItemNotFound'> {
  constructor(refusal: ApiRefusal) {
    super('ItemNotFound', refusal)
  }
}
