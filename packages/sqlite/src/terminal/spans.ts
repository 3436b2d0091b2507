const STEPS: readonly (readonly [name: string, ms: number])[] = [
  ['days', 864e5],
  ['h', 36e5],
  ['min', 6e4],
  ['s', 1e3],
]

/** A length of time, as people say it: `3 min`, `2 h`, `5 days`. */
export const span = (ms: number): string => {
  const [name, size] = STEPS.find(([, least]) => ms >= least) ?? ['s', 1e3]
  const n = Math.floor(Math.max(0, ms) / size)
  return `${n} ${name === 'days' && n === 1 ? 'day' : name}`
}

/** A time as programs read it (RFC 3339, UTC). */
export const instant = (at: number): string => {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString()
}

/** So many bytes, as people say it: `1.2 MB`. */
export const bytes = (n: number): string => {
  if (n < 1000) return `${n} B`
  const [size, name] = n < 1e6 ? [1e3, 'kB'] : n < 1e9 ? [1e6, 'MB'] : [1e9, 'GB']
  const value = n / size
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${name}`
}

/** A number, as people read it: `12,345`. */
export const amount = (n: number): string => n.toLocaleString('en-US')

/** `1 letter`, `2 letters`. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${amount(n)} ${n === 1 ? one : many}`
