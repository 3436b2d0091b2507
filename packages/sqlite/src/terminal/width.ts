const WIDE =
  /^(?:[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation})/u
const NONE = /^\p{M}/u

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
// oxlint-disable-next-line no-control-regex
const ASCII = /^[\u0020-\u007E]*$/

/** How many columns a text takes on a terminal. */
export const widthOf = (text: string): number => {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const { segment } of segments.segment(text)) width += columns(segment)
  return width
}

/** A text that takes at most so many columns; one that was cut ends in `…`. */
export const cutTo = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  let cut = ''
  let used = 0
  for (const { segment } of segments.segment(text)) {
    used += columns(segment)
    if (used > width - 1) break
    cut += segment
  }
  return `${cut}…`
}

const columns = (segment: string): number => (NONE.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1)
