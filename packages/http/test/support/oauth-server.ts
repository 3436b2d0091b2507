import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { httpServer, type Loopback } from './loopback.js'

/** One request for a token, as it came. */
export interface TokenRequest {
  readonly grant: string
  readonly form: URLSearchParams
  readonly authorization: string | undefined
}

/** What a request for a token is answered with instead. */
export interface Odd {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Closes the connection without an answer. */
  readonly reset?: true
}

/** An authorization server, and an API that takes its tokens. */
export interface OAuthServer extends Loopback {
  /** Requests for tokens, oldest first. */
  readonly asked: TokenRequest[]
  /** `Authorization` of the API's requests, with the status that they got. */
  readonly called: { readonly token: string; readonly status: number; readonly body: string }[]
  /** Answers the next requests for tokens with these, one each. */
  readonly odd: Odd[]
  /** Refresh tokens that are good. */
  readonly refresh: Set<string>
  /** Access tokens that are good. */
  readonly good: Set<string>
  /** Holds requests for tokens back until it is called off. */
  hold(): () => void
  /** What the browser comes back with, for a URL that it was sent to. */
  authorize(url: string): string
}

export interface OAuthServerOptions {
  readonly expiresIn?: number
  /** Refresh tokens are good for one use, and each answer brings another. */
  readonly rotates?: boolean
  /** Milliseconds that its clock is ahead of the platform's. */
  readonly skewMs?: number
  /** Claims of ID tokens, beside the usual ones. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** No token of the API's is ever good. */
  readonly refusesAll?: boolean
}

const bodyOf = async (req: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const piece of req) text += String(piece)
  return text
}

const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export const oauthServer = async (options: OAuthServerOptions = {}): Promise<OAuthServer> => {
  const asked: TokenRequest[] = []
  const called: OAuthServer['called'] = []
  const odd: Odd[] = []
  const refresh = new Set<string>()
  const good = new Set<string>()
  const codes = new Map<string, URLSearchParams>()
  let n = 0
  let held: Promise<void> | undefined
  const json = (res: ServerResponse, status: number, body: unknown): void => {
    const date = new Date(Date.now() + (options.skewMs ?? 0)).toUTCString()
    res.writeHead(status, { 'content-type': 'application/json', date }).end(JSON.stringify(body))
  }
  const issue = (refreshes: boolean, request?: URLSearchParams): object => {
    const access = `at-${++n}-secret`
    good.add(access)
    const next = `rt-${n}-secret`
    if (refreshes) refresh.add(next)
    const now = Math.floor((Date.now() + (options.skewMs ?? 0)) / 1000)
    const nonce = request?.get('nonce')
    const openid = request?.get('scope')?.includes('openid') === true
    const claims = {
      iss: server.url,
      aud: request?.get('client_id'),
      sub: 'u1',
      iat: now,
      exp: now + 300,
      nonce,
      ...options.claims,
    }
    return {
      access_token: access,
      token_type: 'Bearer',
      ...(options.expiresIn !== undefined && { expires_in: options.expiresIn }),
      ...(refreshes && { refresh_token: next }),
      ...(openid && { id_token: `${b64({ alg: 'RS256' })}.${b64(claims)}.${b64({})}` }),
    }
  }
  const token = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await bodyOf(req))
    const grant = form.get('grant_type') ?? ''
    asked.push({ grant, form, authorization: req.headers.authorization })
    await held
    const instead = odd.shift()
    if (instead?.reset === true) return void req.socket.destroy()
    if (instead !== undefined)
      return void res
        .writeHead(instead.status ?? 200, { 'content-type': 'application/json', ...instead.headers })
        .end(instead.body)
    if (grant === 'client_credentials') return json(res, 200, issue(false))
    if (grant === 'refresh_token') {
      const old = form.get('refresh_token') ?? ''
      if (!refresh.has(old)) return json(res, 400, { error: 'invalid_grant' })
      if (options.rotates === true) refresh.delete(old)
      return json(res, 200, issue(options.rotates === true))
    }
    const request = codes.get(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (
      request?.get('code_challenge') !== challenge ||
      request.get('redirect_uri') !== form.get('redirect_uri')
    )
      return json(res, 400, { error: 'invalid_grant' })
    codes.delete(form.get('code') ?? '')
    return json(res, 200, issue(true, request))
  }
  const server: Loopback = await httpServer((req, res) => {
    const { pathname } = new URL(req.url!, 'http://x')
    if (pathname === '/token') return void token(req, res)
    if (pathname.startsWith('/.well-known/'))
      return json(res, 200, {
        issuer: server.url,
        token_endpoint: `${server.url}/token`,
        authorization_endpoint: `${server.url}/authorize`,
      })
    void bodyOf(req).then((body) => {
      const sent = (req.headers.authorization ?? '').replace('Bearer ', '')
      const status = good.has(sent) && options.refusesAll !== true ? 200 : 401
      called.push({ token: sent, status, body })
      json(res, status, { ok: status === 200 })
    })
  })
  return {
    ...server,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    asked,
    called,
    odd,
    refresh,
    good,
    hold() {
      let release!: () => void
      held = new Promise((resolve) => (release = resolve))
      return () => {
        held = undefined
        release()
      }
    },
    authorize(url) {
      const { searchParams } = new URL(url)
      const code = `code-${++n}-secret`
      codes.set(code, searchParams)
      return `${searchParams.get('redirect_uri')}?code=${code}&state=${searchParams.get('state')}`
    },
  }
}
