import type { Kind } from './kinds.ts'

/** One way to call an export: arguments that make sense, and what is nonsense in the place of each. */
export interface Row {
  readonly as: 'row'
  readonly call: (given: Readonly<Record<string, unknown>>) => unknown
  readonly good: Readonly<Record<string, unknown>>
  readonly kinds: Readonly<Record<string, Kind>>
  /** What messages call the export, where that is not its name. */
  readonly named?: string
}

/** What the table says about one export. */
export type Entry =
  | { readonly as: 'rows'; readonly rows: readonly Row[] }
  | { readonly as: 'failure' }
  | { readonly as: 'constant' }
  | { readonly as: 'exempt'; readonly because: string }

/** What the table says about every export of a module: one that is missing does not compile. */
export type Table<M> = { readonly [K in keyof M]: Entry }

/** What a function of any arguments looks like. */
type Callable = (...all: never[]) => unknown

/**
 * A function of one object of options. `kinds` names the options by path, such as `circuit.open`; `good` holds those that
 * are needed. `named`: what messages call it, where that is not its name.
 */
export const options = (
  call: Callable,
  kinds: Row['kinds'],
  good: Readonly<Record<string, unknown>> = {},
  named?: string,
): Entry => rows(row(call, kinds, good, { named }))

/**
 * A function of several arguments: `good` has them in order, by the names that messages give them. One that begins with "_" is
 * named by what it is an argument of ("map: expected a function"); options are named by path, as `options.key`.
 */
export const args = (
  call: Callable,
  good: Readonly<Record<string, unknown>>,
  kinds: Row['kinds'],
  named?: string,
): Entry => rows(row(call, kinds, good, { named, spread: true }))

/** One way of several to call an export. `spread`: by several arguments instead of an object of options. */
export const row = (
  call: Callable,
  kinds: Row['kinds'],
  good: Readonly<Record<string, unknown>>,
  how: { readonly named?: string | undefined; readonly spread?: boolean } = {},
): Row => ({
  as: 'row',
  call: (given) => (how.spread === true ? call(...(Object.values(given) as never[])) : call(given as never)),
  good,
  kinds,
  ...(how.named !== undefined && { named: how.named }),
})

/** An export that is called in several ways. */
export const rows = (...several: readonly Row[]): Entry => ({ as: 'rows', rows: several })

/** A failure class: core and its adapters construct it, with facts that they checked. Its tag is its name. */
export const failureClass: Entry = { as: 'failure' }

/** A value that is not called. */
export const constant: Entry = { as: 'constant' }

/** A function that nonsense is not given to. */
export const exempt = (because: string): Entry => ({ as: 'exempt', because })
