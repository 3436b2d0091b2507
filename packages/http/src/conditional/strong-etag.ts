/**
 * A strong entity tag as `If-Match` needs it (RFC 9110, sections 8.8.3 and 13.1.1), or `undefined`: there is none, it is weak
 * (`W/"…"`, which never matches), or it is malformed.
 */
export const strongEtag = (headers: Readonly<Record<string, string>>): string | undefined => {
  const tag = headers['etag']?.trim()
  return tag !== undefined && STRONG.test(tag) ? tag : undefined
}

const STRONG = /^"[\x21\x23-\x7e\x80-\xff]{0,1024}"$/
