import type { May } from '@xconnector/core'
import type { Params } from '../ingress/head.js'
import type { Reply } from '../ingress/reply.js'
import type { Fields } from './fields.js'

/** What may be open to everybody. */
export type Probe = 'livez' | 'readyz' | 'metrics'

/** A request that was let in. */
export interface OpsCall {
  readonly params: Params
  /** The members of the body of an act; of any other, what stands in the query. */
  readonly fields: Fields
  /** The name of the operator; empty where nobody has to say it. */
  readonly by: string
}

/** Takes what a stream gives. */
export interface Sink {
  /** false: it is full; `ready` of the stream is called when it is not any more. */
  write(text: string): boolean
  end(): void
}

/** A stream at work. */
export interface Flowing {
  /** The sink takes more. */
  ready(): void
  /** Nobody reads it any more. */
  gone(): void
}

/** An answer that goes on until its reader leaves. */
export interface Streamed {
  readonly status: 200
  readonly headers: Readonly<Record<string, string>>
  open(sink: Sink): Flowing
}

/** Something that can be asked or done. */
export interface OpsRoute {
  /** POST is an act, GET is a look. */
  readonly method: 'GET' | 'POST'
  /** Below the base path: `:name` is one segment, `**:name` all that follow. */
  readonly path: string
  /** By which name it may be open to everybody. */
  readonly probe?: Probe
  handle(call: OpsCall): May<Reply | Streamed>
}
