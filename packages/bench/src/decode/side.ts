/** One way of deciding about a value: 1 when it is good, else how many characters of paths and messages it read out. */
export type Side = (value: unknown) => number
