/** A part of a body: both ends included. */
export interface Part {
  readonly from: number
  readonly to: number
}

/**
 * The part that a `Range` asks for (RFC 9110, 14.1.2). `'whole'`: it asks for several, or is malformed, and is ignored.
 * `'none'`: it asks for nothing that there is.
 */
export const partOf = (range: string, size: number): Part | 'whole' | 'none' => {
  const [, first = '', last = ''] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(range) ?? []
  if (first === '' && last === '') return 'whole'
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'none' : { from: size - length, to: size - 1 }
  }
  const from = Number(first)
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < from) return 'whole'
  return from >= size ? 'none' : { from, to }
}
