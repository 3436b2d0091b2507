import type { Acted } from '../acted.js'
import { jsonReply } from '../json-reply.js'
import type { Operated } from '../operated.js'
import type { OpsRoute } from '../route.js'

/** `POST /erase` with `key`: removes whatever is kept of it, for personal data. The key is not logged. */
export const erase = (runtime: Pick<Operated, 'erase'>, acted: Acted): OpsRoute => ({
  method: 'POST',
  path: '/erase',
  async handle({ fields, by }) {
    const key = fields.text('key')
    if (key === undefined) fields.wrong('key', 'expected the key of messages')
    fields.end()
    const erased = await runtime.erase(key!)
    await acted({ by, did: 'erase', n: erased }, `${by} erased what was kept of a key: ${erased} entries`)
    return jsonReply({ erased })
  },
})
