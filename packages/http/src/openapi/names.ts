const RESERVED: ReadonlySet<string> = new Set(
  (
    'await break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return static ' +
    'super switch this throw true try typeof var void while with yield undefined any unknown never string number boolean ' +
    'object symbol bigint type constructor prototype'
  ).split(' '),
)

/** Words of a name, of ASCII letters and digits only. */
const words = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')

// An abbreviation is a word like another: `API` becomes `Api`.
const plain = (word: string): string =>
  word.length > 1 && word === word.toUpperCase() ? word.toLowerCase() : word

const lower = (word: string): string => {
  const p = plain(word)
  return p.charAt(0).toLowerCase() + p.slice(1)
}

const upper = (word: string): string => {
  const p = plain(word)
  return p.charAt(0).toUpperCase() + p.slice(1)
}

/** `getAsset`, from whatever a document calls it. */
export const camel = (name: string, otherwise: string): string => {
  const [first, ...rest] = words(name)
  const joined = first === undefined ? otherwise : lower(first) + rest.map((word) => upper(word)).join('')
  return usable(joined)
}

/** `Asset`, from whatever a document calls it. */
export const pascal = (name: string, otherwise: string): string => {
  const joined = words(name)
    .map((word) => upper(word))
    .join('')
  return usable(joined === '' ? otherwise : joined)
}

/** `get-asset`. */
export const kebab = (name: string, otherwise: string): string => {
  const joined = words(name).join('-').toLowerCase()
  return joined === '' ? otherwise : joined
}

const usable = (name: string): string =>
  /^[0-9]/.test(name) || RESERVED.has(name) ? `_${name}`.slice(0, 100) : name.slice(0, 100)

/** Gives each name once: the second one of a kind gets a number. */
export class Names {
  readonly #taken: Set<string>

  constructor(taken: readonly string[] = []) {
    this.#taken = new Set(taken)
  }

  unique(name: string): string {
    let found = name
    for (let n = 2; this.#taken.has(found); n++) found = `${name}${n}`
    this.#taken.add(found)
    return found
  }
}
