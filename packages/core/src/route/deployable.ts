/** A flow whose every error has a route: what `createRuntime` takes. */
export interface Deployable {
  readonly name: string
  readonly closed: true
}
