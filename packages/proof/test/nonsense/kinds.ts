/** A kind of option: values that make no sense as one, each with how it reads in a report. */
export interface Kind {
  readonly values: readonly (readonly [shown: string, value: unknown])[]
}

/** A text that stands for a secret: no message may have it. */
export const CANARY = 'canary-6d1f0a'

const some = (...values: Kind['values']): Kind => ({ values })

const less = (kind: Kind, ...shown: readonly string[]): Kind => ({
  values: kind.values.filter(([s]) => !shown.includes(s)),
})

const functionGiven = ['a function', () => 'x'] as const
const object = ['{}', {}] as const
const list = ['[]', []] as const

/** An option without a default: what is left out is nonsense too. In an option with a default `null` means left out. */
export const required = (kind: Kind): Kind => ({
  values: [['undefined', undefined], ['null', null], ...kind.values],
})

/** A length of time, such as '30s'. */
export const duration: Kind = some(
  ["'5 parsecs'", '5 parsecs'],
  ["''", ''],
  ["'-1s'", '-1s'],
  ["'NaNs'", 'NaNs'],
  ['5', 5],
  ['NaN', Number.NaN],
  object,
  ["['1s']", ['1s']],
  functionGiven,
)

/** A length of time longer than nothing. */
export const someTime: Kind = { values: [...duration.values, ["'0s'", '0s']] }

/** A whole number of 1 or more. */
export const count: Kind = some(
  ['0', 0],
  ['-1', -1],
  ['1.5', 1.5],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ["'3'", '3'],
  object,
  list,
  functionGiven,
)

/** A whole number of 0 or more. */
export const countOrNone: Kind = less(count, '0')

/** A whole number of 1 or more, or no limit at all. */
export const countOrNoLimit: Kind = less(count, 'Infinity')

/** A number from 0 to 1. */
export const share: Kind = some(
  ['-1', -1],
  ['1.5', 1.5],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ["'3'", '3'],
  object,
  list,
  functionGiven,
)

/** A number of bytes: 1 or more, where a fraction does no harm. */
export const bytes: Kind = less(count, '1.5', 'Infinity')

/** A finite number. */
export const finite: Kind = some(
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ["'3'", '3'],
  object,
  list,
  functionGiven,
)

/** A text that is not empty. */
export const words: Kind = some(["''", ''], ['5', 5], ['NaN', Number.NaN], object, list, functionGiven)

/** A name that may become part of a hop's name. */
export const name: Kind = { values: [...words.values, ["' '", ' '], ["'a/b'", 'a/b']] }

/** A function. */
export const aFunction: Kind = some(["'x'", 'x'], ['5', 5], object, list)

/** One of a few texts. */
export const choice: Kind = some(
  ["'nonsense'", 'nonsense'],
  ["''", ''],
  ['5', 5],
  object,
  list,
  functionGiven,
)

/** An object that was made by something: a flow, a step, a destination, a decoder. */
export const made: Kind = some(["'x'", 'x'], ['5', 5], object, list, functionGiven)

/** A list. */
export const aList: Kind = some(["'x'", 'x'], ['5', 5], object, functionGiven)

/** A list that is not empty. */
export const someList: Kind = { values: [...aList.values, list] }

/** The URL of a server. */
export const url: Kind = some(
  ["''", ''],
  ["'not a url'", 'not a url'],
  ["'ftp://x.test'", 'ftp://x.test'],
  ['5', 5],
  object,
  list,
)

/** A secret: a text, a `Secret` or a setting. */
export const secret: Kind = some(
  ["''", ''],
  ['5', 5],
  ['{ the secret }', { token: CANARY }],
  ['[the secret]', [CANARY]],
)

/** An option that there is not: a slip of the pen. */
export const slip: Kind = some(["'1s'", '1s'], ['5', 5], ['null', null])

/** A kind without some of its values, by how they read; the reason stands at the row. */
export const except = less
