import type { Clock, DecodeFailed, Intake, Json, Logger, May, Result } from '@xconnector/core'
import type { Verifier } from '../verify/verifier.js'
import type { Format, StreamFormat } from './format.js'
import type { Head } from './head.js'
import type { WebhookType } from './options.js'
import type { WholeTaker } from './place.js'
import { receive } from './receive.js'
import type { Reply } from './reply.js'

/** A declared webhook: its place, and what it does with a body. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly source: string
  readonly type: WebhookType | undefined
  readonly dedupe: 'id' | 'none' | { readonly header: string } | { readonly field: string }
  readonly undecodable: 'dead-letter' | 'refuse'
  readonly kept: readonly string[]
  /** Whether a body is wanted; all are where it is left out. */
  readonly only: ((raw: Json, head: Head) => boolean) | undefined
  readonly format: Format | StreamFormat
  readonly decode: (raw: Json) => May<Result<DecodeFailed, unknown>>
}

/** A webhook while a runtime has it started. */
export class Opening implements WholeTaker {
  readonly as = 'whole'
  readonly clock: Clock
  readonly log: Logger
  readonly name: string
  readonly said: Set<string> = new Set()
  /** False from the moment on in which it was asked to stop: nothing more may be accepted. */
  open = true
  /** Messages that are being accepted. */
  accepting = 0
  /** Called when the last of them is settled, after it was asked to stop. */
  drained: (() => void) | undefined
  readonly route: Route
  readonly intake: Intake
  readonly verifier: Verifier

  constructor(route: Route, intake: Intake, verifier: Verifier) {
    this.route = route
    this.intake = intake
    this.verifier = verifier
    this.clock = intake.clock
    this.log = intake.log
    this.name = route.source
  }

  take(head: Head, raw: Buffer): Promise<Reply> {
    return receive(this, this.route.format as Format, head, raw)
  }
}
