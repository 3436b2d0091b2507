import { Agent } from 'node:http'
import axios, { type AxiosInstance } from 'axios'
import type { CallerOf } from './caller.ts'

/** axios as it comes: its own agent, redirects followed. */
export const stock = (base: string): AxiosInstance => axios.create({ baseURL: base })

/** axios as an API's client would have it: connections kept, redirects not followed. */
export const tuned = (base: string): AxiosInstance =>
  axios.create({ baseURL: base, httpAgent: new Agent({ keepAlive: true, maxSockets: 64 }), maxRedirects: 0 })

/** Calls by an axios instance. */
export const byAxios =
  (instanceOf: (base: string) => AxiosInstance): CallerOf =>
  (base) => {
    const instance = instanceOf(base)
    return {
      get: async () => (await instance.get<unknown>('/entries')).data,
      post: async (body) => (await instance.post<unknown>('/entries', body)).data,
    }
  }
