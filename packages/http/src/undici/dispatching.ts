import type { Readable } from 'node:stream'

/** A request, as undici's dispatchers take it. */
export interface DispatchRequest {
  readonly origin: string
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | Readable | null
  readonly headersTimeout: number
  readonly bodyTimeout: number
}

/** By which an answer that comes is held, let on, or given up. */
export interface DispatchController {
  pause(): void
  resume(): void
  abort(reason: Error): void
}

/** What a dispatcher tells of a request and its answer. */
export interface DispatchHandler {
  /** The connection stands: it is being written. */
  onRequestStart(controller: DispatchController, context: unknown): void
  onResponseStart(
    controller: DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    message?: string,
  ): void
  onResponseData(controller: DispatchController, piece: Buffer): void
  onResponseEnd(controller: DispatchController, trailers: unknown): void
  onResponseError(controller: DispatchController, error: Error): void
}

/** What requests are given to: undici's `Dispatcher` (an `Agent`, a `Pool`, a `MockAgent`), of which this much is used. */
export interface Dispatching {
  dispatch(request: DispatchRequest, handler: DispatchHandler): boolean
}
