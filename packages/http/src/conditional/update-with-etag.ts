import { checkMade } from '../config/check-option.js'
import {
  left,
  right,
  systemRandom,
  type AnyDecoder,
  type Context,
  type Decoded,
  type Result,
  type Tagged,
} from '@xconnector/core'
import { whole, type Answered } from '../client/answered.js'
import type { HttpClient } from '../client/http.js'
import type { HttpTarget } from '../client/forms.js'
import { pathOf, type PathInput } from '../client/path.js'
import type { RequestOptions } from '../client/request-maker.js'
import type { CallFailure } from '../failure/call-failure.js'
import type { PreconditionFailed } from '../failure/precondition-failed.js'
import { strongEtag } from './strong-etag.js'
import { contended, untagged } from './update-failures.js'
import { rulesOf, waitAfter } from './update-rules.js'
import type { Updated, UpdateOptions } from './update-options.js'

/**
 * A target that changes a resource without overwriting what others write meanwhile (the lost update): it reads the resource,
 * merges, and writes with `If-Match` and the strong `ETag` that it read (RFC 9110, section 13.1.1). Where somebody else was
 * faster (412), it reads again, up to `attempts` times, with waits of full jitter from 50 ms on, doubling up to 2 s; then it is
 * `Conflict`, transient.
 *
 * Its effect is `idempotent`. Whether an earlier attempt took effect is seen by reading: where the change is there, it is
 * done. So a lost answer, a retry, or a crash at any point changes nothing twice.
 *
 * A resource with no `ETag`, or a weak one, is `BadResponse` (`no-etag`) and nothing is written. 428 is `Rejected`: the remote
 * wants another precondition than `If-Match`. With `create`, what is not there is made with `If-None-Match: *`.
 *
 * @example
 * const rename = updateWithEtag(site, {
 *   name: 'rename', path: '/pages/:id', response: Page,
 *   merge: (page, input: { id: string; title: string }) => ({ ...page, title: input.title }),
 * })
 * await rename.run({ id: 'p1', title: 'Home' })
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const updateWithEtag = <
  const P extends string,
  R extends AnyDecoder,
  W extends 'wait' | 'fail',
  X extends Tagged,
  A = PathInput<P>,
  B = Decoded<R>,
>(
  client: HttpClient<W, X>,
  options: UpdateOptions<P, A, R, B>,
): HttpTarget<A, Updated, CallFailure<W> | X> => {
  const { name, path, method = 'PUT', headers = {}, timeout = '1m', random = systemRandom } = options
  checkMade('updateWithEtag client', 'a client, made by http()', client, 'query', 'target')
  if (typeof name !== 'string' || name.trim() === '')
    throw new TypeError(`updateWithEtag name: expected a text that is not empty, got ${JSON.stringify(name)}`)
  const at = `updateWithEtag "${name}" of http "${client.destination.name}"`
  const rules = rulesOf(options, at)
  const { of, shown } = pathOf<A>(path, at)
  const read = client.query<P, A, ReturnType<typeof whole<R>>>({
    name: `${name} (read)`,
    path,
    response: whole(options.response),
    // The tag of a compressed answer may be another one, and a weak one.
    headers: { ...headers, 'accept-encoding': 'identity', 'cache-control': 'no-cache' },
  })
  const writer = (what: string, verb: 'PUT' | 'PATCH', condition: string): Writer<A, W, X> =>
    client.target({
      name: `${name} (${what})`,
      method: verb,
      path: ({ input }) => of(input),
      body: ({ body }: Write<A>) => body,
      response: whole() as never,
      effect: 'idempotent',
      headers: { ...headers, 'content-type': verb === method ? rules.type : 'application/json' },
      ...conditional<A>(shown, condition),
    }) as never
  const replace = writer('write', method, 'if-match')
  const make = writer('create', 'PUT', 'if-none-match')
  const run = async (input: A, ctx: Context): Promise<Result<CallFailure<W> | X, Updated>> => {
    type E = CallFailure<W> | X
    let sent = false
    let doubt: Result<E, never> | undefined
    for (let attempt = 1; ; attempt++) {
      const found = await read.call(input, ctx)
      const missing = found._tag === 'Left' && found.left._tag === 'NotFound'
      if (found._tag === 'Left' && (!missing || options.create === undefined)) return doubt ?? found
      const current = found._tag === 'Right' ? found.right : undefined
      const etag = current && strongEtag(current.headers)
      const wanted = current && rules.wanted(current.body as Decoded<R>, input, ctx)
      if (current !== undefined && wanted === undefined)
        return right({ as: sent ? 'updated' : 'unchanged', ...(etag !== undefined && { etag }) })
      if (doubt !== undefined) return doubt
      if (current !== undefined && etag === undefined)
        return left(untagged(read, client, shown, current) as E)
      const written =
        wanted === undefined
          ? await make.call({ input, etag: '*', body: rules.encode(options.create!(input, ctx), ctx) }, ctx)
          : await replace.call({ input, etag: etag!, body: rules.encode(wanted.body, ctx) }, ctx)
      if (written._tag === 'Right') {
        const now = strongEtag(written.right.headers)
        return right({
          as: wanted === undefined ? 'created' : 'updated',
          ...(now !== undefined && { etag: now }),
        })
      }
      sent = true
      const failure = written.left as Tagged
      // It may have taken effect: reading tells.
      const readable = !ctx.signal.aborted && client.destination.gate(ctx.clock).parkedUntil() === 0
      if (AMBIGUOUS.has(failure._tag) && readable) doubt = written as Result<E, never>
      else if (failure._tag !== 'PreconditionFailed') return written
      else if (attempt >= rules.attempts) return left(contended(failure as PreconditionFailed, attempt) as E)
      else await ctx.clock.sleep(waitAfter(attempt, random), ctx.signal)
    }
  }
  return client.composite<A, Result<CallFailure<W> | X, Updated>, 'idempotent'>({
    name,
    effect: 'idempotent',
    timeout,
    ...(read.settings && { settings: read.settings }),
    run,
  })
}

const AMBIGUOUS: ReadonlySet<string> = new Set(['ConnectionLost', 'TimedOut', 'Unavailable'])

interface Write<A> {
  readonly input: A
  readonly etag: string
  readonly body: unknown
}

type Writer<A, W extends 'wait' | 'fail', X extends Tagged> = HttpTarget<
  Write<A>,
  Answered<void>,
  CallFailure<W> | X
>

// What declarations have beside what is public: how the path is shown, and headers beside the fixed ones.
const conditional = <A>(
  shown: string,
  condition: string,
): Required<Pick<RequestOptions<Write<A>>, 'shown' | 'added'>> => ({
  shown,
  added: ({ etag }) => ({ [condition]: etag }),
})
