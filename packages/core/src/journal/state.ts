import type { Json, JsonText } from '../message/json.js'
import type { StateMove, Stored } from '../ports/journal.js'
import type { Disk } from './disk.js'

/** A state move whose value is text already, so that making text cannot fail half-way through a write. */
export interface TextMove {
  readonly name: string
  readonly expect: number
  readonly version: number
  readonly text: JsonText | undefined
}

/** Makes the values of state moves text. */
export const textMoves = (moves: readonly StateMove[] | undefined): readonly TextMove[] =>
  moves === undefined
    ? []
    : moves.map(({ name, expect, value, version = expect + 1 }) => ({
        name,
        expect,
        version,
        text: value === undefined ? undefined : JSON.stringify(value),
      }))

/** Whether every move finds the version that it expects. */
export const expected = (disk: Disk, moves: readonly TextMove[]): boolean =>
  moves.every(({ name, expect }) => (disk.state.get(name)?.version ?? 0) === expect)

/** Writes moves that are as expected. */
export const move = (disk: Disk, moves: readonly TextMove[]): void => {
  for (const { name, version, text } of moves) {
    if (text === undefined) disk.state.delete(name)
    else disk.state.set(name, { version, text })
  }
}

/** Reads state by name. */
export const readState = (disk: Disk, names: readonly string[]): Readonly<Record<string, Stored>> => {
  const found: [string, Stored][] = []
  for (const name of names) {
    const kept = disk.state.get(name)
    if (kept !== undefined)
      found.push([name, { version: kept.version, value: JSON.parse(kept.text) as Json }])
  }
  return Object.fromEntries(found)
}
