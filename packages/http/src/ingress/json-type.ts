/** Why a body is not JSON by its headers, or `undefined` when it is: `application/json` or `+json`, UTF-8, not encoded. */
export const notJson = (type: string | undefined, encoding: string | undefined): string | undefined => {
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    return 'expected a body without content-encoding'
  if (type === 'application/json') return undefined
  const [, media, parameters] = /^\s*([^\s;]+)\s*(;.*)?$/.exec(type ?? '') ?? []
  if (media === undefined || !JSON_MEDIA.test(media))
    return 'expected application/json, or a type that ends in +json'
  const [, charset] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(parameters ?? '') ?? []
  return charset === undefined || /^utf-?8$/i.test(charset) ? undefined : 'expected the charset utf-8'
}

const JSON_MEDIA = /^application\/(?:json|[!#$%&'*.^_`|~0-9a-z-]+\+json)$/i
