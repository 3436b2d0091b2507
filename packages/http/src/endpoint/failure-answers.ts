import type { Statuses } from './statuses.js'

/** Whatever a call of a flow can end with on the left: a failure, or `Filtered`. */
export interface Ending {
  readonly _tag: string
}

/** The problem (RFC 9457) that a failure is answered with. Nothing of the failure is told that does not stand here. */
export interface FailureAnswer {
  /** 400 to 599. */
  readonly status: number
  /** A URI that names the kind of problem. Default `about:blank`. */
  readonly type?: string
  /** Default: the status's own. */
  readonly title?: string
  /** For the caller's developer. It is sent as it is: keep secrets and the insides of your backends out of it. */
  readonly detail?: string
  /** Members of its own (RFC 9457, 3.2); `type`, `title`, `status` and `detail` among them are not looked at. */
  readonly with?: Readonly<Record<string, unknown>>
  /** Seconds after which the caller may come again: sent as `Retry-After`, rounded up. */
  readonly retryAfter?: number
}

/** A status, an answer, or a function of the failure that gives either. A function that throws is answered with 500. */
export type AnswerFor<F> = number | FailureAnswer | ((failure: F) => number | FailureAnswer)

/** An answer for every tag, no more, no fewer; `Filtered` may be left out: 404. */
export type FailureAnswers<L extends Ending> = {
  readonly [T in Exclude<L['_tag'], 'Filtered'>]: AnswerFor<Extract<L, { readonly _tag: T }>>
} & FilteredAnswer<L['_tag']>

/** Answers for some tags. */
export type SomeAnswers<L extends Ending> = {
  readonly [T in L['_tag']]?: AnswerFor<Extract<L, { readonly _tag: T }>>
}

type FilteredAnswer<Tag> = 'Filtered' extends Tag ? { readonly Filtered?: number | FailureAnswer } : unknown

/** Every failure has an answer: one by one, or the rest by `otherwise`. */
export type FailureOptions<L extends Ending, Rest> = [Rest] extends [Statuses]
  ? {
      /** What some failures are answered with. */
      readonly failures?: SomeAnswers<L>
    }
  : [Exclude<L['_tag'], 'Filtered'>] extends [never]
    ? {
        /** This flow cannot fail. */
        readonly failures?: FailureAnswers<L>
      }
    : {
        /** What each failure is answered with: one answer per tag, no more, no fewer. */
        readonly failures: FailureAnswers<L>
      }
