/** A header that must come once came more often. The ingress answers 400. */
export class RepeatedHeader extends Error {
  readonly header: string

  constructor(header: string) {
    super(`the header "${header}" came more than once`)
    this.header = header
  }
}
