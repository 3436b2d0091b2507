/** Labels of a sample, in the order in which they are written. */
export type Labels = Readonly<Record<string, string | undefined>>

/** One number, and what it is of. `suffix` of a histogram's parts. */
export interface Sample {
  readonly labels?: Labels
  readonly value: number
  readonly suffix?: '_bucket' | '_sum' | '_count'
}

/** A metric: one name, and all its samples. */
export interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly samples: readonly Sample[]
}

/** The media type of the text format. */
export const EXPOSITION = 'text/plain; version=0.0.4; charset=utf-8'

/** Metrics in the Prometheus text format, version 0.0.4. Those without samples are left out. */
export const exposition = (families: readonly Family[]): string => {
  const lines: string[] = []
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue
    lines.push(
      `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
      `# TYPE ${name} ${type}`,
    )
    for (const { labels, value, suffix = '' } of samples)
      lines.push(`${name}${suffix}${labelled(labels)} ${numeral(value)}`)
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

const labelled = (labels: Labels | undefined): string => {
  const parts: string[] = []
  for (const [name, value] of Object.entries(labels ?? {}))
    if (value !== undefined) parts.push(`${name}="${escaped(value)}"`)
  return parts.length === 0 ? '' : `{${parts.join(',')}}`
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const numeral = (value: number): string => {
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  return String(value)
}
