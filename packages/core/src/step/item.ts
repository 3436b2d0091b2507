/** Which item of a split a message is. */
export interface Item {
  /** From 0. */
  readonly index: number
  /** How many there are, where that is known: of an array, and at the last item of anything. */
  readonly size?: number
  /** Nothing comes after it. */
  readonly last: boolean
}

/** `size`: how many there are, as far as that is known. */
export const itemAt = (index: number, size: number | undefined): Item =>
  size === undefined ? { index, last: false } : { index, size, last: index + 1 === size }
