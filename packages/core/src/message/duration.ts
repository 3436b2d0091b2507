/** A length of time: `'250ms'`, `'30s'`, `'5m'`, `'24h'`, `'7d'`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }

/**
 * A duration in milliseconds.
 *
 * @throws TypeError naming `option` when the text is no duration, or a negative one.
 */
export const millis = (duration: Duration, option: string): number => {
  const [, n, unit] = (typeof duration === 'string' && /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration)) || []
  if (n === undefined || unit === undefined)
    throw new TypeError(`${option}: expected a duration like '30s' or '24h', got ${JSON.stringify(duration)}`)
  return Number(n) * UNIT[unit]!
}
