import type { Format } from '@xconnector/http'
export const formFormat = (): Format => ({
  types: ['application/x-www-form-urlencoded'],
  read(head, raw) {
    if (!(head.header('content-type') ?? '').startsWith('application/x-www-form-urlencoded'))
      return { status: 415, detail: 'expected a form' }
    const text = raw.toString()
    if (/%(?![0-9a-f]{2})/i.test(text)) return { status: 400, detail: 'malformed' }
    return { messages: [{ raw: Object.fromEntries(new URLSearchParams(text)) }] }
  },
})
