import type { Tagged } from '@xconnector/core'
import type { HttpOptions } from './options.js'
import type { QueryOptions, TargetOptions } from './remote-options.js'

/** What our own declarations have beside it. */
type Inner = Readonly<Record<'shown' | 'added' | 'accept', 0>>

type Names<O> = Readonly<Record<keyof O, 1>>

/** The options of a client, by name. */
export const CLIENT: Names<HttpOptions<'wait' | 'fail', Tagged>> = {
  name: 1,
  baseUrl: 1,
  plaintext: 1,
  redirects: 1,
  auth: 1,
  headers: 1,
  timeout: 1,
  maxResponseBytes: 1,
  maxRequestBytes: 1,
  integers: 1,
  quoteKey: 1,
  keyHeader: 1,
  refine: 1,
  destination: 1,
  axios: 1,
  ports: 1,
  transport: 1,
  tls: 1,
  proxy: 1,
  addresses: 1,
  connections: 1,
  maxExpansion: 1,
  random: 1,
}

/** Those of a query. */
export const QUERY: Names<QueryOptions<string, never, undefined>> & Inner = {
  shown: 0,
  added: 0,
  accept: 0,
  name: 1,
  path: 1,
  body: 1,
  response: 1,
  query: 1,
  integers: 1,
  headers: 1,
  method: 1,
}

/** Those of a target. */
export const TARGET: Names<TargetOptions<string, never, undefined, 'keyed'>> & Inner = {
  ...QUERY,
  effect: 1,
  key: 1,
  reconcile: 1,
}
