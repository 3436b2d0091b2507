import type { Json } from '@xconnector/core'

/** JSON of an entry or an asset. */
export type Fields = Readonly<Record<string, Json>>

/** When and in what version something was published to an environment. */
export interface Publication {
  readonly version: number
  readonly at: string
}

/** The versions of one thing (an asset, an entry in a locale), and where which of them is published. */
export interface Versions<V> {
  readonly newest: number
  add(version: V): number
  at(number: number): V | undefined
  /** By environment's name. */
  readonly published: Map<string, Publication>
}

/** No versions yet. */
export const versions = <V>(): Versions<V> => {
  const all: V[] = []
  return {
    get newest() {
      return all.length
    },
    add: (version) => all.push(version),
    at: (number) => all[number - 1],
    published: new Map(),
  }
}
