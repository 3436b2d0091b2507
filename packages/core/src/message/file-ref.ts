/** A file by reference: what crosses hops in its place. Its provider opens it again on each attempt. */
export interface FileRef {
  /** Name of the provider that can open it. */
  readonly provider: string
  readonly id: string
  readonly version: string
  /** Bytes. */
  readonly size?: number
  /** Lower-case hex. */
  readonly sha256?: string
}
