/** The kinds of messages that the producers send; each is the path of a webhook and the name of a flow. */
export const KINDS = [
  'fan',
  'all',
  'quorum',
  'best',
  'lines',
  'count',
  'window',
  'run',
  'latest',
  'once',
  'sole',
  'keys',
] as const

export type Kind = (typeof KINDS)[number]

/** What a producer sends. */
export interface Mail {
  /** Its name, which is its dedupe key too: producer, lane and number. */
  readonly m: string
  readonly kind: Kind
  /** The number in its lane, from 0. */
  readonly n: number
  /** What it belongs to: the group, the thing, the order or the line, by its kind. */
  readonly of: string
  /** Parts that the receiver always refuses: they end as dead letters. */
  readonly refuse: readonly string[]
  /** The version of its thing, where its kind is `latest`. */
  readonly version?: number
  /** Of `lines` and `run`: how many items it has. */
  readonly items?: number
}

/** Two messages in a row are of one kind, so that two lanes can meet at one order. */
const IN_A_ROW = 2

const ITEMS = { lines: 4, run: 11 } as const

/**
 * The `n`-th message of a lane. It depends on nothing else, so a producer that was killed sends the same again. One of
 * `fan` in every few has no parts at all: it does not decode, and is poison.
 */
export const mailOf = (producer: string, lane: number, n: number): Mail => {
  const kind = KINDS[(Math.floor(n / IN_A_ROW) + 3 * Math.floor(lane / 2)) % KINDS.length]!
  const round = Math.floor(n / (IN_A_ROW * KINDS.length))
  const m = `${producer}-${lane}-${n}`
  const base = { m, kind, n, of: placeOf(kind, producer, lane, n), refuse: refused(kind, round, lane) }
  if (kind === 'latest') return { ...base, version: n * 10 + lane }
  return kind === 'lines' || kind === 'run' ? { ...base, items: ITEMS[kind] } : base
}

const placeOf = (kind: Kind, producer: string, lane: number, n: number): string => {
  switch (kind) {
    case 'count':
    case 'window':
      return `${kind}-${lane % 2}`
    case 'latest':
      return `thing-${producer}-${lane % 2}`
    case 'once':
    case 'sole':
      // Two lanes and two numbers of each share an order.
      return `${kind}-${producer}-${Math.floor(lane / 2)}-${Math.floor(n / IN_A_ROW)}`
    case 'keys':
      return `line-${producer}-${lane}`
    default:
      return ''
  }
}

const refused = (kind: Kind, round: number, lane: number): readonly string[] => {
  const turn = (round + lane) % 4
  switch (kind) {
    case 'fan':
      return turn === 0 ? ['strict'] : []
    case 'all':
    case 'quorum':
    case 'best':
      return turn === 1 ? ['c'] : []
    case 'lines':
      return turn === 2 ? ['item 2'] : []
    case 'run':
      return turn === 3 ? ['row 3', 'row 7'] : []
    default:
      return []
  }
}

/** Whether a message is one that does not decode. */
export const isPoison = ({ kind, n }: Pick<Mail, 'kind' | 'n'>): boolean => kind === 'fan' && n % 5 === 4
