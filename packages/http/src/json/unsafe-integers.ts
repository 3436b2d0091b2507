/** An integer literal in a JSON text that a `number` cannot hold exactly. */
export interface UnsafeInteger {
  /** Where its text begins and ends. */
  readonly start: number
  readonly end: number
  /** Empty where all are asked for: deep texts with many of them would make more path than text. */
  readonly path: readonly (string | number)[]
}

/** The unsafe integers of a JSON text that is known to be one: `most` of them, from its beginning. */
export const unsafeIntegers = (text: string, most: number = Infinity): readonly UnsafeInteger[] =>
  hasManyDigits(text) ? found(text, most) : NONE

const NONE: readonly UnsafeInteger[] = []
// Integers with fewer digits are safe.
const MANY = 16

// Says whether a closer look is worth it, in a sixteenth of the time: so many digits in a row cannot fall between two
// places that are looked at. Those in strings are found too.
const hasManyDigits = (text: string): boolean => {
  for (let i = MANY - 1; i < text.length; i += MANY) {
    if (!isDigit(text.charCodeAt(i))) continue
    let start = i
    while (isDigit(text.charCodeAt(start - 1))) start--
    let end = i + 1
    while (end - start < MANY && isDigit(text.charCodeAt(end))) end++
    if (end - start >= MANY) return true
  }
  return false
}

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const COLON = 0x3a
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

const found = (text: string, most: number): readonly UnsafeInteger[] => {
  const out: UnsafeInteger[] = []
  // The way to where we are: the index in a list, or the key of an object in its quotes.
  const way: (string | number)[] = []
  let atKey = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      const end = endOfString(text, i)
      if (atKey) way[way.length - 1] = text.slice(i, end)
      i = end - 1
    } else if (c === COLON) atKey = false
    else if (c === COMMA) {
      const last = way.at(-1)
      if (typeof last === 'number') way[way.length - 1] = last + 1
      else atKey = true
    } else if (c === OPEN_OBJECT) {
      way.push('""')
      atKey = true
    } else if (c === OPEN_LIST) {
      way.push(0)
      atKey = false
    } else if (c === CLOSE_OBJECT || c === CLOSE_LIST) {
      way.pop()
      atKey = false
    } else if (c === MINUS || isDigit(c)) {
      const end = endOfNumber(text, i + 1)
      if (isUnsafe(text, i, end)) {
        const path = most === Infinity ? NO_PATH : way.map(shown)
        out.push({ start: i, end, path })
        if (out.length >= most) return out
      }
      i = end - 1
    }
  }
  return out
}

const NO_PATH: readonly never[] = []
const LONGEST_KEY = 200

// A key may be as long as the text, and its path is kept with a failure.
const shown = (at: string | number): string | number =>
  typeof at === 'number' ? at : (JSON.parse(at) as string).slice(0, LONGEST_KEY)

const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39

const endOfString = (text: string, start: number): number => {
  for (let at = start; ;) {
    at = text.indexOf('"', at + 1)
    let escapes = 0
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes++
    if (escapes % 2 === 0) return at + 1
  }
}

const endOfNumber = (text: string, from: number): number => {
  let at = from
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at)
    // `+`, `-`, `.`, `E` and `e`
    if (!isDigit(c) && c !== 0x2b && c !== MINUS && c !== 0x2e && c !== 0x45 && c !== 0x65) break
  }
  return at
}

const isUnsafe = (text: string, start: number, end: number): boolean => {
  if (end - start < MANY) return false
  const literal = text.slice(start, end)
  return /^-?\d+$/.test(literal) && !Number.isSafeInteger(Number(literal))
}
