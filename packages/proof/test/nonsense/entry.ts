import type { Kind } from './kinds.ts'

/** One way to call an export: arguments that make sense, and what is nonsense in the place of each. */
export interface Row {
  readonly as: 'row'
  readonly call: (options: never) => unknown
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

/**
 * A function of one object of options. `kinds` names the options by path, such as `circuit.openFor`; `good` holds those that
 * are needed.
 */
export const options = <O>(
  call: (options: O) => unknown,
  kinds: Readonly<Record<string, Kind>>,
  good: NoInfer<O> | Readonly<Record<string, never>> = {},
  named?: string,
): Entry => rows(row(call, kinds, good as Readonly<Record<string, unknown>>, named))

/** A function of several arguments, called by the names that messages give them. */
export const args = <const O extends Readonly<Record<string, unknown>>>(
  good: O,
  call: (given: O) => unknown,
  kinds: Readonly<Record<string, Kind>>,
  named?: string,
): Entry => rows(row(call, kinds, good, named))

/** One way of several to call an export. */
export const row = <O>(
  call: (given: O) => unknown,
  kinds: Readonly<Record<string, Kind>>,
  good: Readonly<Record<string, unknown>>,
  named?: string,
): Row => ({ as: 'row', call, good, kinds, ...(named !== undefined && { named }) })

/** An export that is called in several ways. */
export const rows = (...several: readonly Row[]): Entry => ({ as: 'rows', rows: several })

/** A failure class: core and its adapters construct it, with facts that they checked. Its tag is its name. */
export const failureClass: Entry = { as: 'failure' }

/** A value that is not called. */
export const constant: Entry = { as: 'constant' }

/** A function that nonsense is not given to. */
export const exempt = (because: string): Entry => ({ as: 'exempt', because })
