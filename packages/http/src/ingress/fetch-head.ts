import { NO_PARAMS, partsOf, type Head, type Params } from './head.js'

/**
 * A request head over WHATWG `Headers`, which joins values that came more than once with `', '`: verifiers refuse such
 * values by their form.
 */
export class FetchHead implements Head {
  readonly method: string
  readonly path: string
  readonly query: string
  params: Params = NO_PARAMS
  readonly #headers: Headers

  constructor(request: Request) {
    this.method = request.method
    const target = partsOf(request.url)
    this.path = target.path
    this.query = target.query
    this.#headers = request.headers
  }

  header(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined
  }

  headers(name: string): readonly string[] {
    const value = this.#headers.get(name)
    return value === null ? [] : [value]
  }

  all(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#headers)
  }
}
