/** What a command was given: positionals in order, options by name without their dashes. */
export interface Given {
  readonly positionals: readonly string[]
  /** `--x 5` and `--x=5` are `'5'`; `--x` alone is `true`. */
  readonly options: ReadonlyMap<string, string | true>
}

/** A command line that makes no sense; its message is for the reader of the terminal. */
export class UsageError extends Error {}

/** How many positionals a command takes, and which options. */
export interface Accepts {
  readonly command: string
  /** Names of the positionals, for messages. */
  readonly positionals?: readonly string[]
  /** Names without dashes, or `'any'` for a command that hands them on. */
  readonly options?: readonly string[] | 'any'
}

/**
 * Reads a command line and refuses what it does not know. A lone `--` is refused too: `pnpm demo -- --x 5` hands it
 * through, and what follows it would silently be no option any more.
 *
 * @throws UsageError naming the argument and what was expected.
 */
export const readArguments = (argv: readonly string[], accepts: Accepts): Given => {
  const { command, positionals: names = [], options: known = [] } = accepts
  const positionals: string[] = []
  const options = new Map<string, string | true>()
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--')
      throw new UsageError(
        `"${command}" takes no "--": write the options right after it, ${command} --option value`,
      )
    if (!word.startsWith('--')) {
      if (positionals.length === names.length)
        throw new UsageError(
          `"${command}" does not know what to do with "${word}"; expected ${
            names.length === 0 ? 'options only' : names.map((n) => `<${n}>`).join(' ')
          }`,
        )
      positionals.push(word)
      continue
    }
    const [name, inline] = word.slice(2).split(/=(.*)/s) as [string, string?]
    if (known !== 'any' && !known.includes(name))
      throw new UsageError(
        `"${command}" has no option --${name}; it has ${known.map((k) => `--${k}`).join(', ') || 'none'}`,
      )
    const next = argv[i + 1]
    if (inline === undefined && next !== undefined && !next.startsWith('--')) i++
    options.set(name, inline ?? (next === undefined || next.startsWith('--') ? true : next))
  }
  return { positionals, options }
}

/** Reads this process's command line; on nonsense, says so and exits with code 2. */
export const commandLine = (accepts: Accepts): Given => {
  try {
    return readArguments(process.argv.slice(2), accepts)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    process.exit(2)
  }
}
