import { ingress, unsigned, type Format, type StreamFormat } from '../../src/index.js'
import { anyJson } from '../support/any-json.js'
import { fakeIntake, type FakeIntake } from '../support/fake-intake.js'

/** What a webhook of a format did with a body. */
export interface Did {
  readonly status: number
  readonly answer: Readonly<Record<string, unknown>>
  readonly headers: Headers
  /** What its decoder gets of each message. */
  readonly raws: readonly unknown[]
}

/** A webhook of a format, and a function that sends it bodies. */
export const webhookOf = async (
  format: Format | StreamFormat,
): Promise<{
  readonly intake: FakeIntake
  send(type: string | undefined, body: string | Uint8Array, headers?: Record<string, string>): Promise<Did>
}> => {
  const hooks = ingress()
  const intake = fakeIntake()
  await hooks
    .webhook({ path: '/f', body: anyJson, format, verify: unsigned({ because: 'a test' }) })
    .start(intake)
  return {
    intake,
    async send(type, body, headers = {}) {
      intake.got.length = 0
      const init = { method: 'POST', body: Buffer.from(body), headers }
      const request = new Request('http://here.test/f', init)
      if (type === undefined) request.headers.delete('content-type')
      else request.headers.set('content-type', type)
      const response = await hooks.fetch(request)
      const text = await response.text()
      return {
        status: response.status,
        answer: (text === '' ? {} : JSON.parse(text)) as Did['answer'],
        headers: response.headers,
        raws: intake.got.map((i) => i.raw),
      }
    },
  }
}
