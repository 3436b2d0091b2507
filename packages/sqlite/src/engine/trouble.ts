import type { JournalTrouble } from '@xconnector/core'
import type { Trouble } from '../call.js'

/** Thrown inside an engine where it cannot go on; outside, it becomes a `JournalUnavailable`. */
export class EngineTrouble extends Error {
  readonly trouble: JournalTrouble

  constructor(trouble: JournalTrouble, message: string) {
    super(message)
    this.trouble = trouble
  }
}

interface Coded {
  readonly errcode?: unknown
  readonly code?: unknown
  readonly message?: unknown
}

// Result codes of SQLite (https://sqlite.org/rescode.html): the low byte is the kind.
const kindOf = (error: unknown): number => {
  const code = (error as Coded | null)?.errcode
  return typeof code === 'number' ? code & 0xff : -1
}

/** Whether somebody else held the lock: nothing is wrong, and nothing was done. */
export const isBusy = (error: unknown): boolean => kindOf(error) === 5 || kindOf(error) === 6

/** Whether a write may have failed for want of room: the disk is full, or a file may not be larger. */
export const isNoRoom = (error: unknown): boolean =>
  kindOf(error) === 13 || (error as Coded | null)?.errcode === IO_WRITE

// What SQLite says of a quota and of a limit on the size of files.
const IO_WRITE = 10 | (3 << 8)

/** Whether the operating system let us not open or write a file. */
export const isRefused = (error: unknown): boolean => BY_KIND[kindOf(error)] === 'unwritable'

/** `false` where somebody else held the lock; any other error is thrown on. */
export const onlyBusy = (error: unknown): false => {
  if (isBusy(error)) return false
  throw error
}

const BY_KIND: Readonly<Record<number, JournalTrouble>> = {
  3: 'unwritable',
  8: 'unwritable',
  11: 'corrupt',
  13: 'full',
  14: 'unwritable',
  26: 'corrupt',
}

const REMEDY: Readonly<Partial<Record<JournalTrouble, string>>> = {
  unwritable:
    'cannot be opened for writing. Create its directory, or let this user write there; ' +
    'a limit on open files (ulimit -n) can show like this, too.',
  full: 'cannot grow: the disk is full, or `maxBytes` is reached. Free some room; what waits can go on.',
  corrupt: 'is damaged, or not an SQLite database. Keep a copy, then restore a backup or name another file.',
}

const DISK =
  'could not be read or written: the operating system reported a fault. Look for the disk in its log, and for a quota or ' +
  'a limit on open files or on the size of files (ulimit) that was reached.'

// What a text of ours holds must not be told: it is of a message.
const GARBLED = 'is damaged: a value in it is no JSON any more. Keep a copy, then restore a backup.'

// Of Node, where we make a file ourselves.
const BY_CODE = new Map<string, JournalTrouble>([
  ...['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR'].map((code) => [code, 'unwritable'] as const),
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
])
const LIMITS = new Set(['EMFILE', 'ENFILE'])

/** Says what went wrong with a journal's file, where, and what helps. */
export const troubleOf = (error: unknown, file: string): Trouble => {
  if (error instanceof EngineTrouble) return { trouble: error.trouble, message: error.message }
  if (error instanceof SyntaxError) return { trouble: 'corrupt', message: `The journal ${file} ${GARBLED}` }
  const { code, errcode, message } = (error ?? {}) as Coded
  const trouble = BY_CODE.get(String(code)) ?? BY_KIND[kindOf(error)] ?? 'failed'
  const what =
    kindOf(error) === 10 || LIMITS.has(String(code))
      ? DISK
      : (REMEDY[trouble] ?? 'could not be read or written.')
  const number = typeof errcode === 'number' ? `, code ${errcode}` : ''
  const said = typeof message === 'string' ? message.replaceAll(file, 'the file') : String(error)
  return { trouble, message: `The journal ${file} ${what} (${said}${number})` }
}
