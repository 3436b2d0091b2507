import { ANSWER_KINDS, listedIn } from './header-kinds.js'
import { valueOf, type HeaderList } from './header-list.js'

/** What of an answer's headers may go to the front. */
export interface AnswerRules {
  /** Whether `Set-Cookie` goes on. */
  readonly setCookie: boolean
  /** Whether the client itself authenticates at the backend, so that the backend's challenges are for it. */
  readonly challenges: boolean
  /** Where the backend is: `https://cms.internal:8443/v3`, without a slash at its end. */
  readonly base: string
  /** What stands for that at the front; `undefined` where a path there cannot be told. */
  readonly mount: string | undefined
  /** How this gateway names itself in `Via`. */
  readonly via: string
  /** Lower-case names of headers that carry the gateway's own credentials there: a backend that echoes them is not passed on. */
  readonly ownHeaders?: ReadonlySet<string>
  /** Query parameters of the same kind: taken out of `Location` and `Content-Location`. */
  readonly ownQuery?: readonly string[]
}

/**
 * The headers of a backend's answer as the front may see them: end to end only, without cookies unless they are allowed, and
 * without the backend's own address in `Location` and `Content-Location`.
 */
export const answerHeaders = (raw: HeaderList, rules: AnswerRules): string[] => {
  const out: string[] = []
  let via: string | undefined
  let listed: ReadonlySet<string> | undefined
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!
    const value = raw[i + 1]!
    const lower = name.toLowerCase()
    switch (ANSWER_KINDS.get(lower)) {
      case undefined:
        if (lower === 'location' || lower === 'content-location')
          out.push(name, withoutOwn(relocated(value, rules), rules.ownQuery))
        else if (rules.ownHeaders?.has(lower) !== true) out.push(name, value)
        break
      case 'cookie':
        if (rules.setCookie) out.push(name, value)
        break
      case 'credential':
        if (rules.challenges) out.push(name, value)
        break
      case 'via':
        via = via === undefined ? value : `${via}, ${value}`
        break
      case 'connection':
        listed = listedIn(valueOf(raw, 'connection')?.toLowerCase())
        break
      default:
    }
  }
  out.push('via', via === undefined ? rules.via : `${via}, ${rules.via}`)
  return listed === undefined ? out : out.filter((_, i) => !listed.has(out[i - (i % 2)]!.toLowerCase()))
}

/** A reference without the gateway's own credentials in its query. */
const withoutOwn = (reference: string, own: readonly string[] | undefined): string => {
  const at = reference.indexOf('?')
  if (at < 0 || own === undefined || own.length === 0) return reference
  const [query = '', fragment] = reference.slice(at + 1).split('#', 2)
  const kept = query
    .split('&')
    .filter((pair) => !own.includes(new URLSearchParams(pair).keys().next().value ?? ''))
  const rest = kept.length === 0 ? '' : `?${kept.join('&')}`
  return `${reference.slice(0, at)}${rest}${fragment === undefined ? '' : `#${fragment}`}`
}

/** A reference to the backend's own place as one to the front's. */
const relocated = (reference: string, { base, mount }: AnswerRules): string => {
  if (!reference.startsWith('http:') && !reference.startsWith('https:') && !reference.startsWith('//'))
    return reference
  const full = reference.startsWith('//') ? base.slice(0, base.indexOf('//')) + reference : reference
  if (!URL.canParse(full)) return reference
  const { origin, pathname, search, hash } = new URL(full)
  const backend = new URL(base)
  if (origin !== backend.origin) return reference
  const below = backend.pathname.replace(/\/$/, '')
  const inside = pathname === below || pathname.startsWith(`${below}/`)
  return (
    (inside && mount !== undefined ? mount + pathname.slice(below.length) : pathname) + search + hash || '/'
  )
}
