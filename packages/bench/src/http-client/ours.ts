import { http, json, type HttpOptions } from '@xconnector/http'
import * as t from 'io-ts'
import type { CallerOf } from './caller.ts'

/** Our client, as it comes but for the 64 calls that are let in at once; what is given decides how it sends. */
export const ours =
  (how: (base: string) => Pick<HttpOptions, 'transport' | 'axios'> = () => ({})): CallerOf =>
  (base) => {
    const api = http({ name: 'api', baseUrl: base, destination: { concurrency: 64 }, ...how(base) })
    const response = t.type({ ok: t.boolean })
    const get = api.query({ name: 'get', path: '/entries', response })
    const post = api.target({
      name: 'post',
      method: 'POST',
      path: '/entries',
      body: json<object>(),
      response,
      effect: 'keyed',
    })
    return { get: () => get.run(), post: (body) => post.run(body) }
  }
