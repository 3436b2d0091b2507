import type { Logger } from '../../src/index.js'

/** One line of a log. */
export interface KeptLine {
  readonly level: keyof Logger
  readonly data: Readonly<Record<string, unknown>>
  readonly message: string
}

/** A log that keeps its lines. */
export const keptLog = (): Logger & {
  readonly lines: KeptLine[]
  at(level: keyof Logger): readonly KeptLine[]
} => {
  const lines: KeptLine[] = []
  const line = (level: keyof Logger) => (data: object, message: string) =>
    void lines.push({ level, data: data as KeptLine['data'], message })
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    lines,
    at: (level) => lines.filter((l) => l.level === level),
  }
}
