/** `12,345` */
export const count = (n: number): string => n.toLocaleString('en-US')

/** `1 webhook`, `12,345 webhooks` */
export const counted = (n: number, what: string, plural: string = `${what}s`): string =>
  `${count(n)} ${n === 1 ? what : plural}`

/** `87 ms`, `1.4 s` */
export const span = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
