const MOST = 16
const ELEMENT = /^([a-z][a-z0-9]{0,15})=([A-Za-z0-9+/=]{1,1024})$/

/**
 * The elements of a signature header, `name=value` between commas, by name. `undefined` when it is not well formed: more
 * than 16 of them, blanks, or an element without a name.
 */
export const signatureList = (text: string): ReadonlyMap<string, readonly string[]> | undefined => {
  const elements = text.split(',')
  if (elements.length > MOST) return undefined
  const found = new Map<string, string[]>()
  for (const element of elements) {
    const [, name, value] = ELEMENT.exec(element) ?? []
    if (name === undefined || value === undefined) return undefined
    const known = found.get(name)
    if (known === undefined) found.set(name, [value])
    else known.push(value)
  }
  return found
}
