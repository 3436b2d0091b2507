/** How the path of a request becomes the path below a backend's URL. */
export interface RewriteOptions {
  /** A prefix to take off, such as `'/content'`; whole segments only. */
  readonly strip?: string
  /** What stands before it then, such as `'/v3'`, or `'/v3/:locale'`. */
  readonly prefix?: string
  /** The whole path instead: `:names` are the pattern's parameters and `:locale`, as in `'/v2/products/:sku'`. */
  readonly path?: string
}

const NAME = /:(\w+)/g

/** Rewrites a path that was matched. Parameters are put in as they came: encoded. */
export type PathRewriter = (path: string, params: Readonly<Record<string, string>>, locale?: string) => string

/** The names that a template is filled from. */
export const namesIn = (template: string): readonly string[] =>
  [...template.matchAll(NAME)].map(([, name]) => name!)

/** A rewriter by its options; `undefined` where the path stays. */
export const pathRewriter = (options: RewriteOptions | undefined): PathRewriter | undefined => {
  if (options === undefined) return undefined
  const { strip, prefix = '', path: template } = options
  if (template !== undefined)
    return (_, params, locale) =>
      template.replace(
        NAME,
        (_whole, name: string) => params[name] ?? (name === 'locale' ? locale : '') ?? '',
      )
  return (path, _params, locale) => {
    const rest = strip === undefined ? path : withoutPrefix(path, strip)
    return prefix.replace(':locale', locale ?? '') + rest
  }
}

const withoutPrefix = (path: string, prefix: string): string =>
  path === prefix ? '/' : path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path
