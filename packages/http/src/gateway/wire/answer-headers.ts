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
        if (lower === 'location' || lower === 'content-location') out.push(name, relocated(value, rules))
        else out.push(name, value)
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
