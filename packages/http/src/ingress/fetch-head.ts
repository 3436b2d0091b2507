import { pathOf, type Head } from './head.js'

/**
 * A request head over WHATWG `Headers`, which joins values that came more than once with `', '`: verifiers refuse such
 * values by their form.
 */
export class FetchHead implements Head {
  readonly method: string
  readonly path: string
  readonly #headers: Headers

  constructor(request: Request) {
    this.method = request.method
    this.path = pathOf(request.url)
    this.#headers = request.headers
  }

  header(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined
  }

  headers(name: string): readonly string[] {
    const value = this.#headers.get(name)
    return value === null ? [] : [value]
  }
}
