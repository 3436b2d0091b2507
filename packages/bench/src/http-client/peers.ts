import { Agent } from 'node:http'
import got from 'got'
import ky from 'ky'
import { Pool } from 'undici'
import type { CallerOf } from './caller.ts'

/** got as it comes, with connections kept. */
export const byGot: CallerOf = (base) => {
  const client = got.extend({ agent: { http: new Agent({ keepAlive: true, maxSockets: 64 }) } })
  return {
    get: () => client(`${base}/entries`, { responseType: 'json', resolveBodyOnly: true }),
    post: (json) =>
      client(`${base}/entries`, { method: 'POST', json, responseType: 'json', resolveBodyOnly: true }),
  }
}

/** ky as it comes, on the platform's fetch. */
export const byKy: CallerOf = (base) => ({
  get: () => ky(`${base}/entries`).json(),
  post: (json) => ky(`${base}/entries`, { method: 'POST', json }).json(),
})

const JSON_TYPE = { 'content-type': 'application/json' }

/** The platform's fetch. */
export const byFetch: CallerOf = (base) => ({
  get: async () => (await fetch(`${base}/entries`)).json(),
  post: async (body) =>
    (
      await fetch(`${base}/entries`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) })
    ).json(),
})

/** undici's `request` on a pool of 64 connections. */
export const byUndici: CallerOf = (base) => {
  const pool = new Pool(base, { connections: 64 })
  const path = '/entries'
  return {
    get: async () => (await pool.request({ method: 'GET', path })).body.json(),
    post: async (body) =>
      (
        await pool.request({ method: 'POST', path, headers: JSON_TYPE, body: JSON.stringify(body) })
      ).body.json(),
  }
}
