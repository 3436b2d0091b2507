/**
 * What a gateway makes of a header. `hop`: between two neighbours only (RFC 9110, 7.6.1), or made anew for each of them.
 * `credential`: the client's own; `key`: the same, under a name that is no standard. `forwarded`: said by somebody who may have no right to say it.
 */
export type HeaderKind =
  | 'hop'
  | 'credential'
  | 'key'
  | 'forwarded'
  | 'connection'
  | 'length'
  | 'encoding'
  | 'host'
  | 'via'
  | 'cookie'

const kinds = (kind: HeaderKind, ...names: readonly string[]): readonly (readonly [string, HeaderKind])[] =>
  names.map((name) => [name, kind] as const)

/** Of requests, by lower-case name. What is not in it goes on as it is. */
export const REQUEST_KINDS: ReadonlyMap<string, HeaderKind> = new Map([
  ...kinds('connection', 'connection'),
  ...kinds('length', 'content-length'),
  ...kinds('encoding', 'transfer-encoding'),
  ...kinds('host', 'host'),
  ...kinds('via', 'via'),
  ...kinds('cookie', 'cookie'),
  ...kinds('credential', 'authorization'),
  ...kinds(
    'key',
    'x-api-key',
    'api-key',
    'apikey',
    'x-api-token',
    'x-auth-token',
    'x-access-token',
    'auth-token',
    'authtoken',
  ),
  ...kinds(
    'key',
    'access-token',
    'x-authorization',
    'x-amz-security-token',
    'x-session-token',
    'x-goog-api-key',
  ),
  // `proxy` becomes HTTP_PROXY in CGI programs; `expect` has been answered by this server already.
  ...kinds('hop', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'proxy'),
  ...kinds('hop', 'te', 'trailer', 'upgrade', 'http2-settings', 'expect'),
  ...kinds('forwarded', 'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'),
  ...kinds('forwarded', 'x-forwarded-port', 'x-forwarded-prefix', 'x-forwarded-server', 'x-forwarded-ssl'),
  ...kinds('forwarded', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip', 'x-original-url'),
  ...kinds('forwarded', 'x-rewrite-url', 'x-original-host', 'x-host', 'x-http-method-override'),
])

/** Of answers, by lower-case name. */
export const ANSWER_KINDS: ReadonlyMap<string, HeaderKind> = new Map([
  ...kinds('connection', 'connection'),
  ...kinds('encoding', 'transfer-encoding'),
  ...kinds('via', 'via'),
  ...kinds('cookie', 'set-cookie'),
  ...kinds('credential', 'www-authenticate', 'authentication-info'),
  ...kinds('hop', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authentication-info'),
  // Of the backend's own host and port, which are not the gateway's.
  ...kinds('hop', 'te', 'trailer', 'upgrade', 'alt-svc', 'set-cookie2'),
  // Spoken to this cache alone.
  ...kinds('hop', 'surrogate-control', 'surrogate-key', 'cache-tag'),
])

/** The names that a `Connection` header takes with it; `close` and `keep-alive` are no headers to look for. */
export const listedIn = (connection: string | undefined): ReadonlySet<string> | undefined => {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()))
}
