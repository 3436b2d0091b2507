import type { End, Next } from './hop.js'

/** The hops that a commit may emit to. */
export const hopsOf = (next: Next): readonly string[] => {
  switch (next.as) {
    case 'done':
    case 'answer':
      return []
    case 'hop':
      return [next.hop]
    case 'delay':
      return hopsOf(next.next)
    case 'fanOut':
      return [...next.branches.flatMap(hopsOf), ...hopsOf(next.after)]
    case 'gather':
      return [...next.branches.flatMap((b) => hopsOf(b.next)), next.join]
  }
}

/** Where messages may go from the end of a hop that does not split them. */
export const waysOf = (end: Exclude<End, { readonly as: 'split' }>): readonly Next[] => {
  switch (end.as) {
    case 'next':
      return [end.next]
    case 'choose':
      return end.cases.map((c) => c.branch)
    case 'run':
      return end.report === undefined ? [] : [end.report]
    case 'node':
      return Object.values(end.outs)
  }
}
