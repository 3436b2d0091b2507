/** Whether a JSON text that is known to be one nests objects and lists more than `most` deep. */
export const deeperThan = (text: string, most: number): boolean => {
  // What is not opened often enough cannot be deep; most texts are short enough to know without looking.
  if (text.length < 2 * most || !opensMore(text, most)) return false
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x22) i = endOf(text, i)
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > most) return true
    } else if (c === 0x7d || c === 0x5d) depth--
  }
  return false
}

const opensMore = (text: string, most: number): boolean => {
  let n = 0
  for (const bracket of ['{', '['])
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1))
      if (++n > most) return true
  return false
}

const endOf = (text: string, start: number): number => {
  for (let at = start; ;) {
    at = text.indexOf('"', at + 1)
    let escapes = 0
    while (text.charCodeAt(at - 1 - escapes) === 0x5c) escapes++
    if (escapes % 2 === 0) return at
  }
}
