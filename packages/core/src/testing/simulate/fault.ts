/**
 * What may strike. A process: `crash` (killed at an await; another takes its place), `restart` (stopped in good order, and
 * started again), `freeze` (none of its code runs for a while, leases go on). Its journal: `reject` (a call fails, nothing
 * was written), `unheard` (a write took effect, and says that it failed), `cut` (every call of one process fails for a
 * while), `hang` (none of its calls goes on for a while). A call of a remote: `refuse` (never arrives), `slow` (the answer
 * takes a while), `lost` (the remote acts, and its answer is lost), `duplicate` (arrives twice). A webhook: `refuse` and
 * `lost`, after which its sender insists, and `again` (sent once more though it was answered). Calls overtake each other
 * in every run, without any fault.
 */
export type FaultKind =
  | 'crash'
  | 'restart'
  | 'freeze'
  | 'reject'
  | 'unheard'
  | 'cut'
  | 'hang'
  | 'refuse'
  | 'slow'
  | 'lost'
  | 'duplicate'
  | 'again'

/** How much is struck, by what. */
export interface FaultOptions {
  /**
   * A fault strikes about once in so many points: before and after each call of the journal and of a step, before each
   * webhook. Default 60.
   */
  readonly every?: number
  /** How often each kind is drawn, beside the others; 0: never. Default 1 each, `restart`, `cut` and `hang` 0.5. */
  readonly kinds?: Readonly<Partial<Record<FaultKind, number>>>
  /** Crashes in one run at most. Default 3: what is in hand at five without an outcome is a dead letter. */
  readonly crashes?: number
  /** The longest freeze, cut and hang. Virtual milliseconds. Default 60,000: twice the default lease. */
  readonly longestMs?: number
}

/** One fault that struck, and where: the n-th time that a process came to this point. */
export interface Struck {
  readonly kind: FaultKind
  /** `p1`, `p2`, …; `sender`; `-` for a call on nobody's behalf. */
  readonly process: string
  /** The journal's `accept`, `claim`, `commit`, …; `step` and its name; `send` and which message; `net` and its name. */
  readonly call: string
  readonly when: 'before' | 'after'
  /** From 1. */
  readonly nth: number
  /** For those that last. Virtual milliseconds. */
  readonly ms?: number
}

/** Kinds in the order in which they are drawn. */
export const FAULT_KINDS: readonly FaultKind[] = [
  'crash',
  'restart',
  'freeze',
  'reject',
  'unheard',
  'cut',
  'hang',
  'refuse',
  'slow',
  'lost',
  'duplicate',
  'again',
]

/** A fault as one line: what `only.faults` takes. */
export const faultText = ({ kind, process, call, when, nth, ms }: Struck): string =>
  `${kind}${ms === undefined ? '' : ` ${ms} ms`} at ${process} ${call} ${when} #${nth}`

const LINE = /^([a-z]+)(?: (\d+) ms)? at (\S+) (.+) (before|after) #(\d+)$/

/** The contrary of `faultText`. @throws TypeError for a line that is none. */
export const readFault = (line: string): Struck => {
  const [, kind, ms, process, call, when, nth] = LINE.exec(line) ?? []
  if (!FAULT_KINDS.includes(kind as FaultKind))
    throw new TypeError(
      `simulate: only.faults: expected lines as a failure prints them, got ${JSON.stringify(line)}`,
    )
  return {
    kind: kind as FaultKind,
    process: process!,
    call: call!,
    when: when as 'before' | 'after',
    nth: Number(nth),
    ...(ms !== undefined && { ms: Number(ms) }),
  }
}
