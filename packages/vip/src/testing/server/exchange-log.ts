/** One request and what became of it. */
export interface Exchanged {
  readonly method: string
  /** Below the base path, with the query. */
  readonly path: string
  /** `operationId`, where the contract has the path and the method. */
  readonly operation?: string
  /** 0: the connection broke before there was an answer. */
  readonly status: number
  /** Bytes of the request's body that arrived. */
  readonly bytes: number
  /** Epoch milliseconds of its start. */
  readonly at: number
  /** From its start to its answer. */
  readonly ms: number
  readonly idempotencyKey?: string
  /** The answer is that of an earlier call with the same key. */
  readonly replayed?: true
  /** Of uploads: where the bytes begin. */
  readonly uploadOffset?: number
}
