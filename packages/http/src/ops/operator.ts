import type { IncomingMessage } from 'node:http'
import type { May } from '@xconnector/core'

/** Who looks or acts. */
export interface Operator {
  /** Kept with pauses, and logged with every act: a person or a system, never a credential. */
  readonly name: string
  /** `look`: everything that changes nothing. `act`: that too, and replay, discard, pause, resume, erase. */
  readonly may: 'look' | 'act'
}

/** The head of a request, as `authorize` sees it. Nothing of its body has been read. */
export interface OpsRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** What stands behind the `?`, as it came. */
  readonly query: string
  /**
   * The one value of a header, by its name in lower case.
   *
   * @throws RepeatedHeader when it came more than once; that is answered with 400.
   */
  header(name: string): string | undefined
  /** Every value of a header, in order, by its name in lower case. */
  headers(name: string): readonly string[]
  /** What is asked for. */
  readonly wants: 'look' | 'act'
  /** The request as the server gave it: for sessions that a middleware has found, or a client's certificate. */
  readonly original: IncomingMessage | Request
}

/**
 * Says who asks, or `false`, which is answered with 401. Who may only look and asks for an act is answered with 403. A failure of
 * kind `transient` that is thrown is answered with 503, any other throw with 500; nobody is let in by either.
 */
export type AuthorizeOperator = (request: OpsRequest) => May<Operator | false>
