/** A media type, and its charset where it names one, in lower case; undefined when it is malformed. */
export interface Media {
  readonly type: string
  readonly charset: string | undefined
}

const FORM = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+\/[!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(;.*)?$/

/** Reads a `content-type`. */
export const mediaOf = (value: string): Media | undefined => {
  const [, type, parameters] = FORM.exec(value) ?? []
  if (type === undefined) return undefined
  const [, charset] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(parameters ?? '') ?? []
  return { type: type.toLowerCase(), charset: charset?.toLowerCase() }
}

/** Whether data of this media type is JSON. */
export const isJson = (type: string): boolean =>
  /^(?:application|text)\/json$/.test(type) || /^[^/]+\/[^/]+\+json$/.test(type)

/** Whether texts are in UTF-8, of which ASCII is a part. */
export const isUnicode = ({ charset }: Media): boolean =>
  charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii'
