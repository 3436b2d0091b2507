import type { IncomingMessage } from 'node:http'
import { RepeatedHeader } from '../verify/repeated-header.js'
import { NO_PARAMS, partsOf, type Head, type Params } from './head.js'

/** A request head over Node's, read from the raw list: Node's own object has joined what came twice. */
export class NodeHead implements Head {
  readonly method: string
  readonly path: string
  readonly query: string
  params: Params = NO_PARAMS
  readonly #raw: readonly string[]

  constructor(request: IncomingMessage) {
    this.method = request.method ?? ''
    // Express cuts its mount path off `url`.
    const target = partsOf((request as { originalUrl?: string }).originalUrl ?? request.url ?? '')
    this.path = target.path
    this.query = target.query
    this.#raw = request.rawHeaders
  }

  header(name: string): string | undefined {
    let found: string | undefined
    for (let i = 0; i < this.#raw.length; i += 2) {
      if (!same(this.#raw[i]!, name)) continue
      if (found !== undefined) throw new RepeatedHeader(name)
      found = this.#raw[i + 1]
    }
    return found
  }

  headers(name: string): readonly string[] {
    return this.#raw.filter((_, i) => i % 2 === 1 && same(this.#raw[i - 1]!, name))
  }

  all(): Readonly<Record<string, string | readonly string[]>> {
    const names = new Set(this.#raw.filter((_, i) => i % 2 === 0).map((n) => n.toLowerCase()))
    return Object.fromEntries(
      [...names].map((name) => {
        const values = this.headers(name)
        return [name, values.length === 1 ? values[0]! : values]
      }),
    )
  }
}

const same = (given: string, name: string): boolean =>
  given.length === name.length && (given === name || given.toLowerCase() === name)
