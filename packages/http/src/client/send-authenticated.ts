import { isFailure, left, type Context } from '@xconnector/core'
import type { Credentials } from '../auth/auth.js'
import type { Called } from '../outcome/classify.js'
import type { CallAuth } from './call-auth.js'
import type { Made } from './request-maker.js'
import type { Ended, Sender } from './sender.js'
import { withoutCredentials } from './without-credentials.js'

/**
 * Sends a request with its credentials. A 401 means refused, not done: once the credentials are renewed it is sent once
 * more, whatever its effect, and its stream is opened anew. That second sending has no quick retry, and there is none where
 * the first had one.
 */
export const sendAuthenticated = async <B>(
  auth: CallAuth,
  made: Made,
  ctx: Context,
  called: Called,
  send: Sender<B>,
): Promise<Ended<B>> => {
  const all: Called = { ...called, secrets: () => [...made.secrets(), ...auth.secrets] }
  const withNone = (cause: unknown): Ended<never> => {
    if (ctx.signal.aborted) throw ctx.signal.reason
    // Of a signer that will not sign this request, ever.
    if (isFailure(cause) && cause._tag === 'StepFailed')
      return { result: left(cause), seen: { as: 'unsent' } }
    return withoutCredentials({ ...all, now: ctx.clock.now() }, cause)
  }
  const sent = async (credentials: Credentials, quick: boolean): Promise<Ended<B>> => {
    const request = auth.on(made, credentials, quick)
    try {
      const ended = await send(request.made, request.headers, ctx, all, request.sending)
      return auth.unsigned === undefined ? ended : withNone(auth.unsigned.cause)
    } catch (thrown) {
      if (ctx.signal.aborted || auth.unsigned === undefined) throw thrown
      return withNone(auth.unsigned.cause)
    }
  }
  let credentials: Credentials
  try {
    const asked = auth.ask()
    credentials = asked instanceof Promise ? await asked : asked
  } catch (cause) {
    return withNone(cause)
  }
  const first = await sent(credentials, true)
  if (first.refused !== true || !(await auth.renews(credentials))) return first
  try {
    credentials = await auth.ask()
  } catch (cause) {
    // It was called, and answered.
    return { ...withNone(cause), seen: first.seen }
  }
  return sent(credentials, false)
}
