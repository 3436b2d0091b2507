import CachePolicy from 'http-cache-semantics'
import { recordOf, valuesOf, valueOf, type HeaderList } from '../wire/header-list.js'
import { directivesOf, secondsOf, textOf, type Directives } from './directives.js'
import { dateIn, httpDate } from './http-date.js'
import type { StaleSettings } from './stale-settings.js'
import { targetedDirectives } from './targeted.js'
import { varyNames, type RequestFields } from './vary.js'

/** What the rules of caching say of an answer. Seconds. */
export interface Judged {
  readonly storable: boolean
  readonly lifetime: number
  readonly age: number
  readonly whileRevalidate: number
  readonly ifError: number
  readonly strict: boolean
  readonly shared: boolean
  /** What it varies by; `undefined`: never the same. */
  readonly vary: readonly string[] | undefined
}

/** When an answer was asked for and came: epoch milliseconds. */
export interface Times {
  readonly asked: number
  readonly came: number
}

/**
 * Judges an answer to a GET by RFC 9111, as a shared cache. Whether it may be stored and how long it is fresh is
 * http-cache-semantics' word, on headers made regular first; what may be given stale is RFC 5861's, with the route's own
 * windows where the answer names none.
 */
export const judge = (
  request: RequestFields,
  status: number,
  headers: HeaderList,
  times: Times,
  stale: StaleSettings,
): Judged => {
  const targeted = targetedOf(headers)
  const directives = targeted ?? directivesOf(valueOf(headers, 'cache-control'))
  const fields = regular(headers, directives, targeted !== undefined, times)
  const policy = new CachePolicy(
    {
      method: 'GET',
      headers: { ...request, 'cache-control': textOf(directivesOf(request['cache-control'])) },
    },
    { status, headers: fields },
    { shared: true },
  )
  const vary = varyNames(headers)
  const own = explicit(directives, fields) ? undefined : stale.freshFor
  const strict =
    'must-revalidate' in directives || 'proxy-revalidate' in directives || 'no-cache' in directives
  const sparing = strict || 's-maxage' in directives
  return {
    storable: status !== 206 && vary !== undefined && policy.storable(),
    lifetime: own ?? policy.maxAge(),
    age: ageOf(fields, times),
    whileRevalidate: strict
      ? 0
      : (secondsOf(directives, 'stale-while-revalidate') ?? (sparing ? 0 : stale.whileRevalidate)),
    ifError: strict ? 0 : (secondsOf(directives, 'stale-if-error') ?? (sparing ? 0 : stale.ifError)),
    strict: sparing,
    shared: 'public' in directives || 's-maxage' in directives || 'must-revalidate' in directives,
    vary,
  }
}

const targetedOf = (headers: HeaderList): Directives | undefined => {
  const targeted = valueOf(headers, 'cdn-cache-control')
  return targeted === undefined ? undefined : targetedDirectives(targeted)
}

const explicit = (directives: Directives, fields: RequestFields): boolean =>
  's-maxage' in directives || 'max-age' in directives || 'no-cache' in directives || 'expires' in fields

/** The headers as the library reads them right: one directive a name, one date, seconds that are numbers. */
const regular = (
  headers: HeaderList,
  directives: Directives,
  targeted: boolean,
  { came }: Times,
): Record<string, string> => {
  const fields = recordOf(headers)
  const cc: Record<string, string | true> = { ...directives }
  // Stale answers are judged here; the library takes it for "never fresh".
  delete cc['proxy-revalidate']
  for (const name of ['max-age', 's-maxage'] as const) {
    const seconds = secondsOf(directives, name)
    if (seconds !== undefined) cc[name] = String(seconds)
  }
  if (Object.keys(cc).length > 0 || targeted) fields['cache-control'] = textOf(cc)
  else delete fields['cache-control']
  if (targeted) {
    delete fields['expires']
    delete fields['pragma']
  }
  if (fields['expires'] !== undefined) {
    const at = valuesOf(headers, 'expires').length > 1 ? undefined : dateIn(fields['expires'], came)
    fields['expires'] = at === undefined ? '0' : httpDate(at)
  }
  if (dateIn(fields['date'], came) === undefined) fields['date'] = httpDate(came)
  return fields
}

/** RFC 9111, 4.2.3. */
const ageOf = (fields: RequestFields, { asked, came }: Times): number => {
  const apparent = Math.max(0, (came - dateIn(fields['date'], came)!) / 1000)
  const [first = ''] = (fields['age'] ?? '').split(',')
  const said = /^\d+$/.test(first.trim()) ? Number(first) : 0
  return Math.max(apparent < 1 ? 0 : apparent, said + (came - asked) / 1000)
}
