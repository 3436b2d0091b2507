const BODY: unique symbol = Symbol.for('@xconnector/http reply') as never

/** An answer with a status and headers of its own. Made by `reply` and `problem`. `W`: its body, for the compiler. */
export interface MockReply<out W> {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: W | undefined
}

/**
 * An answer with a status of its own, without a body or with one: bytes and texts as they are, all else as JSON.
 *
 * @example
 * on(postPage, () => reply(201, { headers: { location: '/pages/p1' }, body: { revision: 1 } }))
 * @throws TypeError for a status that is none of 200 to 599.
 */
export const reply: {
  (status: number, parts?: { readonly headers?: Readonly<Record<string, string>> }): MockReply<never>
  <W>(
    status: number,
    parts: { readonly headers?: Readonly<Record<string, string>>; readonly body: W },
  ): MockReply<W>
} = (
  status: number,
  parts: { readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown } = {},
): never => {
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new TypeError(`reply status: expected 200 to 599, got ${String(status)}`)
  return { [BODY]: true, headers: {}, status, ...parts } as never
}

/** Members of a problem (RFC 9457), and headers of its answer. */
export interface ProblemParts {
  readonly title?: string
  readonly detail?: string
  readonly type?: string
  /** Further members, such as a `code`. */
  readonly extensions?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * An answer of `application/problem+json` (RFC 9457).
 *
 * @example
 * on(page, ({ params }) => pages.get(params.uid) ?? problem(404, { detail: 'no such page' }))
 */
export const problem = (status: number, parts: ProblemParts = {}): MockReply<never> => {
  const { headers, extensions, ...members } = parts
  return reply(status, {
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: { ...extensions, status, ...members },
  }) as MockReply<never>
}

/** Whether a handler gave a whole answer, not only a body. */
export const isReply = (given: unknown): given is MockReply<unknown> =>
  typeof given === 'object' && given !== null && BODY in given
