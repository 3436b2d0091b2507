/** The part of a pino logger that is used; a pino logger fits as it is. */
export interface Logger {
  debug(data: object, message: string): void
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}

const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 } as const

/** The default: warnings and errors to stderr, one JSON object a line, with pino's level numbers. */
export const stderrLogger = (
  now: () => number,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Logger => {
  const at = (level: keyof typeof LEVELS) => (data: object, message: string) =>
    write(`${line({ level: LEVELS[level], time: now(), ...data, msg: message })}\n`)
  return { debug: () => {}, info: () => {}, warn: at('warn'), error: at('error') }
}

const line = (entry: object): string => {
  try {
    return JSON.stringify(entry)
  } catch {
    return JSON.stringify({ level: LEVELS.error, msg: 'a log entry could not be written as JSON' })
  }
}

/** Says nothing. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
