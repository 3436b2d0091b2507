import type { AssetShelf } from './asset-shelf.js'
import { given, missing, refused, responseOf, type ApiAnswer } from './envelope.js'
import { faulty, type Faults } from './faults.js'
import { fileAnswer } from './file-answer.js'
import type { Limiter } from './limiter.js'
import type { FakeSettings } from './options.js'
import { queryOf } from './query.js'
import type { ReadRequest } from './reads.js'
import type { FakeSigner } from './signing.js'

/** One request that the fake was sent. */
export interface LoggedRequest {
  readonly api: 'management' | 'delivery' | 'keys' | 'files'
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: string
  /** 0: it was never answered. */
  status: number
}

/** What serving needs. */
export interface Serving {
  readonly settings: FakeSettings
  readonly assets: AssetShelf
  readonly reads: (request: ReadRequest) => ApiAnswer
  readonly signer: FakeSigner
  readonly limiter: Limiter
  readonly faults: Faults
  readonly log: LoggedRequest[]
  readonly origin: () => string
}

/** The one implementation behind handlers and servers. */
export const servedBy =
  (serving: Serving): ((request: Request) => Promise<Response>) =>
  async (request) => {
    const url = new URL(request.url)
    const path = url.pathname.split('/').slice(1).map(decodeURIComponent)
    const api = apiOf(path, request)
    const logged: LoggedRequest = {
      api,
      method: request.method,
      path: url.pathname,
      query: url.search,
      status: 0,
    }
    serving.log.push(logged)
    const answer = (): Response => answered(serving, api, path, url, request)
    const fault = serving.faults.meet(request)
    const response = fault === undefined ? answer() : await faulty(fault, request, answer)
    logged.status = response.status
    return response
  }

const apiOf = (path: readonly string[], request: Request): LoggedRequest['api'] => {
  if (path[0] === '.well-known') return 'keys'
  // Both are below /v3/assets: a file has its stack, its asset, a hash and its name in the path.
  if (path[0] === 'v3' && path[1] === 'assets' && path.length === 6) return 'files'
  return request.headers.has('access_token') ? 'delivery' : 'management'
}

const answered = (
  serving: Serving,
  api: LoggedRequest['api'],
  path: readonly string[],
  url: URL,
  request: Request,
): Response => {
  const { settings, assets, signer, origin } = serving
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return responseOf(refused(405, 405, 'This fake is read by GET only.'))
  if (api === 'keys')
    return responseOf(
      path.join('/') === '.well-known/public-keys.json'
        ? given({ 'signing-key': signer.publicKey() })
        : { status: 404, body: { message: 'not found' } },
    )
  if (api === 'files') {
    const [, , stack, uid = '', hash = ''] = path
    const version = stack === settings.apiKey ? assets.fileOf(uid, hash) : undefined
    return version === undefined
      ? responseOf({ status: 404, body: { message: 'not found' } })
      : fileAnswer(version, request)
  }
  const limit = api === 'management' ? serving.limiter.enter() : {}
  if (limit instanceof Response) return limit
  const query = queryOf(url)
  const stranger = doubted(settings, api, request)
  if (stranger !== undefined) return responseOf(stranger, limit)
  const environment = api === 'delivery' ? (query.one('environment') ?? '') : undefined
  if (environment !== undefined && !settings.environments.includes(environment))
    return responseOf(missing('environment', 'environment'), limit)
  const found =
    path[0] === 'v3'
      ? serving.reads({ path: path.slice(1), query, environment, origin: origin() })
      : missing('requested URL', 'url')
  return responseOf(found, limit)
}

const doubted = (
  { apiKey, managementToken, deliveryToken }: FakeSettings,
  api: 'management' | 'delivery',
  { headers }: Request,
): ApiAnswer | undefined => {
  if (headers.get('api_key') !== apiKey)
    return refused(412, 109, 'The API key is not valid.', { api_key: ['is not valid.'] })
  const [header, token] =
    api === 'management' ? ['authorization', managementToken] : ['access_token', deliveryToken]
  return headers.get(header) === token
    ? undefined
    : refused(401, 105, 'The credentials are not valid.', { [header]: ['is not valid.'] })
}
