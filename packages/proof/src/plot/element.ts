/** Attributes of an element. Numbers are written with two digits behind the point at most. */
export type Attributes = Readonly<Record<string, string | number | undefined>>

/** An SVG element as text. Attributes and `text` are escaped; `inside` is markup. */
export const element = (
  name: string,
  attributes: Attributes,
  inside?: string | readonly string[],
): string => {
  const head = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? short(value) : value!)}"`)
    .join('')
  if (inside === undefined) return `<${name}${head}/>`
  return `<${name}${head}>${typeof inside === 'string' ? inside : inside.join('\n')}</${name}>`
}

/** Text as it stands between tags and in attributes. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** A length for people and browsers. */
export const short = (n: number): string => String(Math.round(n * 100) / 100)
