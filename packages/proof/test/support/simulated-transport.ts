import type { AnswerHeaders, Exchange, Transport, TransportFactory, Wire } from '@xconnector/http'

/** A transport over a fetch of a simulation: what it loses is told as a socket would tell it. */
export const simulatedTransport =
  (fetch: (request: Request) => Promise<Response>): TransportFactory =>
  () => {
    const send = (wire: Wire): Promise<Exchange> => Promise.race([sent(fetch, wire), given(wire)])
    const transport: Transport = { send, open: send, close() {} }
    return transport
  }

const sent = async (fetch: (request: Request) => Promise<Response>, wire: Wire): Promise<Exchange> => {
  const { method, baseUrl, url, headers, body } = wire
  try {
    const added = (await wire.fresh?.()) ?? {}
    const request = new Request(baseUrl + url, {
      method,
      headers: { ...headers, ...added },
      ...(body !== undefined && { body: new Uint8Array(body as Buffer) }),
    })
    const response = await fetch(request)
    const fields: AnswerHeaders = Object.fromEntries(response.headers)
    return {
      as: 'answered',
      status: response.status,
      headers: fields,
      body: Buffer.from(await response.arrayBuffer()),
    }
  } catch (thrown) {
    return String(thrown).includes('refused')
      ? { as: 'never-sent', code: 'ECONNREFUSED' }
      : { as: 'lost', code: 'ECONNRESET' }
  }
}

/** The deadline has passed, or the attempt was given up. */
const given = (wire: Wire): Promise<Exchange> =>
  new Promise((resolve) => {
    const end = (): void => resolve({ as: 'timed-out', sent: true })
    if (wire.signal.aborted) end()
    else wire.signal.addEventListener('abort', end, { once: true })
  })
