/** Parameters of a query, however their brackets are written: `a`, `a[]`, `a[0]`, `a[G][]`, `a[][]`. */
export interface Query {
  /** The first value of a plain parameter. */
  one(name: string): string | undefined
  /** All values of a list: of a group in brackets (`only[BASE][]`), where one is named. */
  all(name: string, group?: string): readonly string[]
  /** A whole number of 0 or more, or the fallback. */
  number(name: string, fallback: number): number
}

interface Parameter {
  readonly name: string
  readonly group: string | undefined
  readonly value: string
}

const INDEX = /^\d*$/

/** Reads the parameters of a URL. */
export const queryOf = (url: URL): Query => {
  const all = [...url.searchParams].map(([key, value]): Parameter => {
    const [name = '', ...brackets] = key.split('[').map((part) => part.replace(/\]$/, ''))
    return { name, group: brackets.find((b) => !INDEX.test(b)), value }
  })
  const one = (name: string): string | undefined => all.find((p) => p.name === name)?.value
  return {
    one,
    all: (name, group) => all.filter((p) => p.name === name && p.group === group).map((p) => p.value),
    number(name, fallback) {
      const text = one(name)
      return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : fallback
    },
  }
}
