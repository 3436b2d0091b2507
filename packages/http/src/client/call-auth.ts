import type { Clock, Context, May, StepLog } from '@xconnector/core'
import type { Auth, AuthCall, AuthFetch, Credentials } from '../auth/auth.js'
import type { ClientSettings } from './client-settings.js'
import { checkHeader } from './header-values.js'
import { queryString } from './query-string.js'
import type { Made } from './request-maker.js'
import type { Sending } from './sending.js'
import { transportFetch } from './transport-fetch.js'
import type { Wire } from './wire.js'

/** A request with its credentials, and how it is put on the wire. */
export interface Authenticated {
  readonly made: Made
  readonly headers: Readonly<Record<string, string>>
  readonly sending: Sending
}

/** The credentials of one call: asked for, renewed once, signed each time on the wire. Knows what must not be shown. */
export class CallAuth implements AuthCall {
  /** The secret texts of all that was given. */
  readonly secrets: string[] = []
  /** Why a signature was not to be had. */
  unsigned: { readonly cause: unknown } | undefined
  readonly #client: ClientSettings
  readonly #auth: Auth
  readonly #method: string
  readonly #ctx: Context
  #wires = 0

  constructor(client: ClientSettings, auth: Auth, method: string, ctx: Context) {
    this.#client = client
    this.#auth = auth
    this.#method = method
    this.#ctx = ctx
  }

  get clock(): Clock {
    return this.#ctx.clock
  }
  get log(): StepLog {
    return this.#ctx.log
  }
  get signal(): AbortSignal {
    return this.#ctx.signal
  }
  get fetch(): AuthFetch {
    return transportFetch(this.#client.transport, this.#ctx.clock)
  }

  /** @throws whatever the auth rejects with; a `TypeError` for what cannot be sent. */
  ask(): May<Credentials> {
    const asked = this.#auth.credentials(this.#ctx.config, this)
    return asked instanceof Promise ? asked.then((c) => this.#given(c)) : this.#given(asked)
  }

  /** The request with these credentials. `quick`: whether it may have its quick retry. */
  on(made: Made, credentials: Credentials, quick: boolean): Authenticated {
    const headers = { ...made.headers.values, ...credentials.headers }
    const added = credentials.query === undefined ? '' : queryString(credentials.query)
    const url = made.url.includes('?') ? made.url + added.replace('?', '&') : made.url + added
    const whole = added === '' ? made : { ...made, url }
    if (this.#auth.sign === undefined && this.#auth.renew === undefined)
      return { made: whole, headers, sending: { quick } }
    // Where it was signed for last: a quick retry is for the same place, a redirect that is followed is not.
    let place: object | undefined
    return {
      made: whole,
      headers,
      sending: {
        quick,
        fresh: (moved) => {
          const first = place !== (moved ?? whole)
          place = moved ?? whole
          return this.#fresh(whole, moved, headers, first)
        },
      },
    }
  }

  /** Tells the auth that these credentials were refused. Whether the call is to be sent once more. */
  async renews(refused: Credentials): Promise<boolean> {
    if (this.#auth.renew === undefined) return false
    try {
      const renewed = await this.#auth.renew(refused, this.#ctx.config, this)
      // Two times on the wire are the most for one attempt, a quick retry included.
      return renewed && this.#wires < 2
    } catch {
      return false
    }
  }

  #given(credentials: Credentials): Credentials {
    this.secrets.push(...credentials.secrets)
    for (const [name, value] of Object.entries(credentials.headers))
      checkHeader(name, value, `auth of http "${this.#client.name}"`)
    return credentials
  }

  async #fresh(
    made: Made,
    moved: Pick<Wire, 'baseUrl' | 'url'> | undefined,
    headers: Readonly<Record<string, string>>,
    first: boolean,
  ): Promise<Credentials['headers']> {
    // Where a redirect is followed, it is the same sending.
    if (moved === undefined) this.#wires++
    const { baseUrl, url } = moved ?? made
    // Redirects that are followed to another origin do not ask; if one did, there would be no signature for it.
    if (this.#auth.sign === undefined || (moved !== undefined && !sameOrigin(made.baseUrl, baseUrl)))
      return NONE
    try {
      const request = {
        method: this.#method,
        url: new URL(baseUrl + url),
        headers,
        body: made.open === undefined ? made.body : ('stream' as const),
      }
      return this.#given(await this.#auth.sign(request, this.#ctx.config, this)).headers
    } catch (cause) {
      // Of a quick retry: it is not made, and what came of the first time stands.
      if (first) this.unsigned = { cause }
      throw cause
    }
  }
}

const sameOrigin = (a: string, b: string): boolean => new URL(a).origin === new URL(b).origin

const NONE: Credentials['headers'] = Object.freeze({})
