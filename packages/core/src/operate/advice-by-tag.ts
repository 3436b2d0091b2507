import type { Kind } from '../failure/failure.js'
import type { Advice } from './advice.js'

/** What is said of a tag; `of`: only when the failure is of one of these kinds. */
export type TagAdvice = Advice & { readonly of?: readonly Kind[] }

/** Advice for the failures of this library and of its HTTP client. */
export const byTag: Readonly<Record<string, TagAdvice>> = {
  AwaitExpired: {
    means: 'Nobody gave the answer that the message waited for.',
    first: 'See who should have answered. Replayed, it waits again for as long.',
    replay: 'safe',
  },
  BadResponse: {
    means: 'The remote did it, and answered with something that the target does not understand.',
    first:
      'Compare the answer with the target: mend its response decoder, then see at the remote what was done.',
    replay: 'check-first',
  },
  CircuitOpen: {
    means: 'The destination was parked or paused, and is set to fail then (whenParked). Nothing was sent.',
    first: 'See that the destination is open again.',
    replay: 'safe',
  },
  ClaimDamaged: {
    means: 'What the store of claims gave is not what was put in.',
    first: 'Look at the store. The message can go on only from its raw input: replay the whole message.',
    replay: 'after-change',
  },
  ClaimMissing: {
    means: 'What was put into the store of claims is not there any more.',
    first: 'Look at how long the store keeps things, then replay the whole message.',
    replay: 'after-change',
  },
  Conflict: {
    means: 'The request is at odds with what the remote has.',
    first: 'Look at the thing there: often it exists already, or was changed meanwhile.',
    replay: 'after-change',
    of: ['permanent'],
  },
  ConnectFailed: {
    means: 'No connection came about, so nothing was sent; trying again does not help.',
    first: 'Look at the code and the message: the certificate, the address, the proxy or its credentials.',
    replay: 'after-change',
    of: ['permanent'],
  },
  Crashed: {
    means: 'The process died five times while it had this entry in hand, or was killed as often.',
    first:
      'Look at what ended the process (memory, a native module), and at the size and shape of the input.',
    replay: 'after-change',
  },
  DeadlineExceeded: {
    means: 'The deadline of the message passed before it was delivered.',
    first: 'Ask whether it is still wanted. A replay has no deadline.',
    replay: 'safe',
  },
  DecodeFailed: {
    means: 'The message does not have the shape that the decoder asks for.',
    first:
      'Compare the issues with the raw input: mend the decoder and replay the whole message, or have the sender mend it.',
    replay: 'after-change',
  },
  Forbidden: {
    means: 'The remote knows who calls, and does not allow this call.',
    first: 'Give the account the permission that it lacks.',
    replay: 'after-change',
  },
  GroupClosed: {
    means: 'The message came for a group that was complete already.',
    first: 'Ask whether the group has to be built anew with it; else discard it.',
    replay: 'after-change',
  },
  KeyMissing: {
    means: 'The message belongs to no group: its key function gave none.',
    first: 'Mend the key function, or discard the message.',
    replay: 'after-change',
  },
  NotFound: {
    means: 'There is no such thing at the remote.',
    first: 'See whether it was deleted, or whether the path or id is wrong.',
    replay: 'after-change',
  },
  OutcomeUnknown: {
    means: 'An effect that must not be repeated was begun, and nobody can say whether it took effect.',
    first:
      'Look at the remote by the key. Discard the letter if it was done, and replay it only if it was not.',
    replay: 'check-first',
  },
  PartialFailure: {
    means: 'Too few of the branches succeeded.',
    first: 'Look at the failures inside. Replay the dead branches first: their replies open the join again.',
    replay: 'after-change',
  },
  PreconditionFailed: {
    means: 'The remote has another version than the one that the change was made for.',
    first: 'Replay the whole message, so that it reads the new version.',
    replay: 'after-change',
  },
  RateLimited: {
    means: 'The remote had too many calls, for longer than the route waits.',
    first: 'Give the destination a rate below the limit of the remote.',
    replay: 'safe',
  },
  Rejected: {
    means: 'The remote understood the request and will not do it.',
    first: 'Read the answer: the data or the mapping is wrong for it.',
    replay: 'after-change',
  },
  SagaFailed: {
    means:
      'A step of the saga failed for good, and what was done before it was undone as far as it could be.',
    first: 'Look at what could not be undone, and at the step that failed; then replay the whole message.',
    replay: 'after-change',
  },
  StepFailed: {
    means: 'A function of the flow threw, or gave what cannot be stored.',
    first: 'Find the step by its name, mend it and deploy. Steps run again from the stored input.',
    replay: 'after-change',
    of: ['permanent'],
  },
  StoreUnavailable: {
    means: 'The store of claims could not read or write.',
    first: 'See to its disk and its permissions.',
    replay: 'safe',
  },
  Throttled: {
    means: 'A throttle that rejects did not let it pass. Nothing was sent.',
    first: 'Replay it later, or raise the limit of the throttle.',
    replay: 'safe',
  },
  TimedOut: {
    means: 'The remote did not answer in time, again and again, and nothing had taken effect.',
    first: 'See that the remote is well, and that the timeout suits it.',
    replay: 'safe',
    of: ['transient'],
  },
  TooLate: {
    means: 'The window that the message belongs to is over, and its result is final.',
    first: 'Ask whether the result has to be made anew; else discard it.',
    replay: 'after-change',
  },
  Unauthorized: {
    means: 'The remote did not take the credentials: they are missing, wrong or expired.',
    first: 'Renew the credentials and restart with them; then replay all of this tag.',
    replay: 'after-change',
  },
  Unavailable: {
    means: 'The remote could not do it for longer than the route waits.',
    first: 'See that the remote is well again.',
    replay: 'safe',
    of: ['transient'],
  },
  Unresolved: {
    means: 'The message names recipients that the list does not have. Nothing was sent.',
    first: 'Add the recipient to the flow, or mend the names in the message.',
    replay: 'after-change',
  },
}
