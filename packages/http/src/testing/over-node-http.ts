import http, { type ClientRequest } from 'node:http'
import https from 'node:https'
import type { Dispatching, DispatchHandler } from '../undici/dispatching.js'

/**
 * For tests: a dispatcher that sends by `node:http` and `node:https` instead, so that whatever intercepts those intercepts
 * the undici transport too: msw's `setupServer` does not see undici. Needs no undici.
 *
 * @example
 * const server = setupServer(msw.get('https://site.test/a', () => HttpResponse.json({ n: 1 })))
 * const site = http({ name: 'site', baseUrl: 'https://site.test', transport: undiciTransport({ dispatcher: overNodeHttp() }) })
 */
export const overNodeHttp = (): Dispatching => ({
  dispatch(request, handler) {
    const { origin, path, method, headers, body } = request
    let sent: ClientRequest
    try {
      // Looked up at each call, since interceptors replace it.
      const send = origin.startsWith('https:') ? https.request : http.request
      sent = send(`${origin}${path}`, { method, headers })
    } catch (thrown) {
      handler.onResponseError(NONE, thrown as Error)
      return true
    }
    follow(sent, handler)
    if (body === null) sent.end()
    else if (Buffer.isBuffer(body)) sent.setHeader('content-length', body.length).end(body)
    else body.on('error', (error) => sent.destroy(error)).pipe(sent)
    return true
  },
})

const NONE = { pause(): void {}, resume(): void {}, abort(): void {} }

const follow = (sent: ClientRequest, handler: DispatchHandler): void => {
  let over = false
  const fail = (error: Error): void => {
    if (over) return
    over = true
    handler.onResponseError(controller, error)
  }
  let resume = (): void => {}
  let pause = (): void => {}
  const controller = {
    pause: () => pause(),
    resume: () => resume(),
    abort(reason: Error) {
      sent.destroy()
      fail(reason)
    },
  }
  sent.once('socket', (socket) => {
    const start = (): void => {
      if (!over) handler.onRequestStart(controller, undefined)
    }
    const secure = 'encrypted' in socket
    if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', start)
    else start()
  })
  sent.on('error', fail)
  sent.on('response', (answer) => {
    pause = () => answer.pause()
    resume = () => answer.resume()
    answer.on('error', fail)
    answer.on('data', (piece: Buffer) => {
      if (!over) handler.onResponseData(controller, piece)
    })
    answer.on('end', () => {
      if (over) return
      over = true
      handler.onResponseEnd(controller, {})
      // What is left of the body must not be read as the next request.
      if (!sent.writableFinished) sent.destroy()
    })
    handler.onResponseStart(controller, answer.statusCode ?? 0, answer.headers, answer.statusMessage)
  })
}
