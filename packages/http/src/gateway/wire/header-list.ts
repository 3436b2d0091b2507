/** Headers as they came or go: name, value, name, value, … */
export type HeaderList = readonly string[]

/** The values of a header, by its lower-case name. */
export const valuesOf = (headers: HeaderList, name: string): string[] => {
  const found: string[] = []
  for (let i = 0; i < headers.length; i += 2)
    if (headers[i]!.length === name.length && headers[i]!.toLowerCase() === name) found.push(headers[i + 1]!)
  return found
}

/** The values of a header as one: joined with commas (RFC 9110, 5.3); `undefined` where there is none. */
export const valueOf = (headers: HeaderList, name: string): string | undefined => {
  let found: string | undefined
  for (let i = 0; i < headers.length; i += 2)
    if (headers[i]!.length === name.length && headers[i]!.toLowerCase() === name)
      found = found === undefined ? headers[i + 1]! : `${found}, ${headers[i + 1]!}`
  return found
}

/** By lower-case name; values that came more than once are joined. */
export const recordOf = (headers: HeaderList): Record<string, string> => {
  const out: Record<string, string> = Object.create(null) as Record<string, string>
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase()
    const before = out[name]
    out[name] = before === undefined ? headers[i + 1]! : `${before}, ${headers[i + 1]!}`
  }
  return out
}

/** Without the headers of these lower-case names. */
export const without = (headers: HeaderList, ...names: readonly string[]): string[] => {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2)
    if (!names.includes(headers[i]!.toLowerCase())) out.push(headers[i]!, headers[i + 1]!)
  return out
}

/** With some headers put in the place of all of the same names; `undefined` takes one off. */
export const replaced = (
  headers: HeaderList,
  changes: Readonly<Record<string, string | undefined>>,
): string[] => {
  const names = Object.keys(changes).map((n) => n.toLowerCase())
  const out = without(headers, ...names)
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) out.push(name, value)
  return out
}
