import type { DeadLetter } from '@xconnector/core'
import { jsonReply } from '../json-reply.js'
import { queryIn } from '../letters.js'
import type { Operated } from '../operated.js'
import type { OpsRoute } from '../route.js'

const USUAL = 50
const MOST = 200

/** A dead letter in a list: what happened, and not yet its data. */
const lineOf = ({ id, flow, hop, seq, at, attempts, errors }: DeadLetter): object => {
  const last = errors.at(-1)
  return { id, flow, hop, seq, at, attempts, tag: last?._tag, kind: last?.kind, message: last?.message }
}

/** `/dead?flow&hop&tag&after&limit`: page by page, with `next` and a `Link` (RFC 8288) to it. */
export const deadList = (runtime: Pick<Operated, 'deadLetters'>): OpsRoute => ({
  method: 'GET',
  path: '/dead',
  async handle({ fields }) {
    const query = queryIn(fields)
    const limit = fields.whole('limit', 1, MOST) ?? USUAL
    const after = fields.whole('after', 0, Number.MAX_SAFE_INTEGER)
    fields.end()
    const page = await runtime.deadLetters.list({ ...query, limit, ...(after !== undefined && { after }) })
    const next = page.length < limit ? undefined : page.at(-1)!.seq
    const letters = page.map(lineOf)
    if (next === undefined) return jsonReply({ letters })
    const to = new URLSearchParams({ ...query, limit: String(limit), after: String(next) })
    return jsonReply({ letters, next }, 200, { link: `<?${to.toString()}>; rel="next"` })
  },
})
