// Controls (C0, DEL, C1), what turns the direction of a text, what has no width, other line ends, halves of characters.
const UNSAFE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|\p{Cs}/gu

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * A text as it may be written to a terminal: whatever could move the cursor, colour, hide or reorder what is shown, or talk
 * to the terminal itself, is written out as an escape, such as `\x1b`.
 */
export const plain = (text: string): string =>
  text.replaceAll(UNSAFE, (c) => {
    const code = c.codePointAt(0)!
    return NAMED[c] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
  })

/** A value as one line of JSON that is safe on a terminal too. */
export const plainJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replaceAll(UNSAFE, (c) =>
    c === '\n' ? c : `\\u${hex(c.codePointAt(0)!, 4)}`,
  )

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')
