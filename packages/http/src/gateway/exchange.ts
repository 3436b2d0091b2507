import type { Logger } from '@xconnector/core'
import type { Backend } from './backend/backend.js'
import type { Outgoing } from './backend/transport.js'
import type { HeaderChanges, RoutedAnswer, RoutedRequest } from './options.js'
import type { RouteSettings } from './route/route-settings.js'
import { problem } from '../ingress/problem.js'
import type { AnswerRules } from './wire/answer-headers.js'
import type { Front } from './wire/front.js'
import { replaced, valueOf, valuesOf, without, type HeaderList } from './wire/header-list.js'
import { thrownText } from '../text/thrown-text.js'

/** A request on its way to a backend, with all that is known of it. */
export interface Exchange {
  readonly front: Front
  readonly route: RouteSettings
  readonly backend: Backend
  readonly outgoing: Outgoing
  readonly rules: AnswerRules
  /** The request headers by which it was routed. */
  readonly vary: readonly string[]
  /** Whether it carries credentials of the client. */
  readonly credentials: boolean
  readonly routed: RoutedRequest
  readonly log: Logger
}

// What a function of the user may not touch: the framing, the connection, and where a request goes.
const FIXED =
  /^(?:host|connection|content-length|transfer-encoding|te|trailer|upgrade|keep-alive|proxy-.*|expect|via|:.*)$/i

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Headers with the changes of a user's function. @throws Error for one that cannot be changed. */
export const changed = (headers: HeaderList, changes: HeaderChanges | undefined): string[] => {
  if (changes === undefined) return headers as string[]
  for (const [name, value] of Object.entries(changes)) {
    if (FIXED.test(name)) throw new Error(`the header ${JSON.stringify(name)} cannot be changed`)
    // Said here: where it is written, nobody is left to take an error.
    if (!NAME.test(name) || (value !== undefined && !VALUE.test(value)))
      throw new Error(`the header ${JSON.stringify(name)} cannot be written`)
  }
  return replaced(headers, changes)
}

/**
 * Gives the head of an answer to the front: what its route's function makes of it, and what it varies by for whoever caches in
 * front. `false`: the function threw, and an answer was given in its place.
 */
export const giveHead = (exchange: Exchange, status: number, headers: string[]): boolean => {
  const { front, route, routed, vary, log } = exchange
  let given = headers
  if (route.response !== undefined)
    try {
      given = changed(headers, route.response(answerOf(status, headers), routed))
    } catch (error) {
      log.error({ route: route.name, error: thrownText(error) }, "a route's response function threw")
      front.reply(problem(502, { detail: 'the answer could not be prepared' }))
      return false
    }
  front.head(status, vary.length === 0 ? given : varied(given, vary))
  return true
}

const answerOf = (status: number, headers: HeaderList): RoutedAnswer => ({
  status,
  header: (name) => valueOf(headers, name.toLowerCase()),
})

const varied = (headers: string[], names: readonly string[]): string[] => {
  const before = valuesOf(headers, 'vary')
  if (before.some((v) => v.trim() === '*')) return headers
  const known = new Set(
    before
      .join(',')
      .toLowerCase()
      .split(',')
      .map((n) => n.trim()),
  )
  const added = [...new Set(names)].filter((n) => !known.has(n))
  return added.length === 0
    ? headers
    : [...without(headers, 'vary'), 'vary', [...before, ...added].join(', ')]
}
