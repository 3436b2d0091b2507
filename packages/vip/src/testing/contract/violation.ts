/** One place where an exchange or an event departs from the contract. */
export interface Violation {
  readonly side: 'request' | 'response' | 'event'
  /** `operationId`, where the path and the method are known. */
  readonly operation?: string
  /** Method and path, or the event's type. */
  readonly of: string
  readonly where: 'path' | 'method' | 'header' | 'query' | 'media-type' | 'body' | 'status'
  /** The header's, query parameter's or path parameter's name; of a body a JSON Pointer. */
  readonly name?: string
  readonly detail: string
}

/** One violation as a line of text. */
export const violationText = (v: Violation): string =>
  `${v.side} of ${v.of}: ${v.where}${v.name === undefined ? '' : ` ${v.name}`}: ${v.detail}`
