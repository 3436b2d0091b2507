import { isFailure, left, type Failure } from '@xconnector/core'
import { ConnectFailed } from '../failure/connect-failed.js'
import { Unauthorized } from '../failure/unauthorized.js'
import { factsOf, type Called } from '../outcome/classify.js'
import type { Ended } from './sender.js'

/**
 * The end of a call whose credentials were not to be had: nothing was sent. Credentials that were refused for good are
 * `Unauthorized`, all else will pass. The reason stays behind, for it may quote what it was asked with: only a
 * `TokenFailed` is made so that it may be shown.
 */
export const withoutCredentials = (called: Called, cause: unknown): Ended<never> => {
  const facts = factsOf(called, undefined, 'CREDENTIALS')
  const shown = isFailure(cause) && cause._tag === 'TokenFailed' ? cause : undefined
  const what = `was not sent: its credentials were not to be had${shown === undefined ? '' : `: ${shown.message}`}`
  const because = shown === undefined ? {} : { cause: shown, ...hintOf(shown) }
  const failure =
    shown?.kind === 'permanent'
      ? new Unauthorized({ kind: 'permanent', scope: 'destination', facts, what, ...because })
      : new ConnectFailed({ kind: 'transient', facts, what, ...because })
  return { result: left(failure), seen: { as: 'unsent' } }
}

const hintOf = ({ retryAt }: Failure<string>): { readonly retryAt?: number } =>
  retryAt === undefined ? {} : { retryAt }
