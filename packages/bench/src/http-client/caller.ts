/** A client under test: two calls of one API, whose answers are read as JSON. */
export interface Caller {
  get(): Promise<unknown>
  post(body: object): Promise<unknown>
}

/** Makes a caller of the API at a base URL; its place for either call is `/entries`. */
export type CallerOf = (base: string) => Caller
