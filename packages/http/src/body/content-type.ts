const TYPE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+\/[\t\x20-\x7e]+$/

/** How a text or bytes are sent. */
export interface ContentOptions {
  /** The content type. */
  readonly type?: string
}

/** @throws TypeError naming the option, for a content type that is none. */
export const contentType = (given: string | undefined, byDefault: string, option: string): string => {
  if (given === undefined) return byDefault
  if (typeof given === 'string' && TYPE.test(given)) return given
  throw new TypeError(`${option} type: expected a content type, got ${JSON.stringify(given)}`)
}
