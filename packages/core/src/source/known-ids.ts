import type { Json } from '../message/json.js'
import type { Intake } from './source.js'

/** In how many pieces the known ids are stored: a few that change are a small write. */
const PIECES = 64

const NAMES: readonly string[] = Array.from({ length: PIECES }, (_, i) => `ids.${i}`)

/** What a listing changes of one piece. */
export interface PieceChange {
  readonly gone: readonly string[]
  /** To be moved in the journal; `settle` is called once it was. */
  readonly state: Readonly<Record<string, Json>>
  settle(): void
}

/** The ids of all items that a poll knows to exist, in memory and, piece by piece, in the journal. */
export class KnownIds {
  readonly #pieces: Set<string>[]

  private constructor(pieces: Set<string>[]) {
    this.#pieces = pieces
  }

  static async load(intake: Intake): Promise<KnownIds> {
    const stored = await intake.state(NAMES)
    return new KnownIds(NAMES.map((name) => new Set((stored[name] ?? []) as readonly string[])))
  }

  get size(): number {
    return this.#pieces.reduce((n, piece) => n + piece.size, 0)
  }

  /** The state to move when these ids are known too. */
  with(ids: readonly string[]): Pick<PieceChange, 'state' | 'settle'> {
    const added = new Map<number, Set<string>>()
    for (const id of ids) {
      const piece = pieceOf(id)
      if (this.#pieces[piece]!.has(id)) continue
      added.set(piece, (added.get(piece) ?? new Set<string>(this.#pieces[piece])).add(id))
    }
    return this.#change(added)
  }

  /** How many are not among these. */
  missingIn(listed: ReadonlySet<string>): number {
    let n = 0
    for (const piece of this.#pieces) for (const id of piece) if (!listed.has(id)) n++
    return n
  }

  /** What changes, piece by piece, when these are all that there are. */
  *replacedBy(listed: ReadonlySet<string>): Generator<PieceChange> {
    const pieces = NAMES.map(() => new Set<string>())
    for (const id of listed) pieces[pieceOf(id)]!.add(id)
    for (const [i, now] of pieces.entries()) {
      const before = this.#pieces[i]!
      const gone = [...before].filter((id) => !now.has(id))
      if (gone.length === 0 && now.size === before.size) continue
      yield { gone, ...this.#change(new Map([[i, now]])) }
    }
  }

  #change(to: ReadonlyMap<number, Set<string>>): Pick<PieceChange, 'state' | 'settle'> {
    return {
      state: Object.fromEntries([...to].map(([i, ids]) => [NAMES[i]!, [...ids]])),
      settle: () => {
        for (const [i, ids] of to) this.#pieces[i] = ids
      },
    }
  }
}

const pieceOf = (id: string): number => {
  let h = 2166136261
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 16777619)
  return ((h ^ (h >>> 15)) >>> 0) % PIECES
}
