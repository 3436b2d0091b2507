import { parseArgs } from 'node:util'
import type { Command, Given, Option } from './command.js'

/** Options that every command takes. */
export const COMMON: Readonly<Record<string, Option>> = {
  file: { value: 'FILE', says: 'the journal; default $XCONNECTOR_FILE, else ./xconnector.db' },
  wait: { value: '10s', says: 'how long the running service has to answer; default 10s' },
  json: { says: 'JSON, one value a line' },
  help: { says: 'what the command does' },
}

/** What a command line says, or why it makes no sense. */
export type Parsed = { readonly command: Command; readonly given: Given } | { readonly wrong: string }

/** Reads a command line. The longest name of a command wins: `dead ls` before `dead`. */
export const parse = (args: readonly string[], commands: readonly Command[]): Parsed => {
  const found = [2, 1].flatMap((n) => {
    const words = leading(args, n)
    return commands.filter((command) => command.name === words?.join(' '))
  })[0]
  if (found === undefined) return { wrong: noSuch(args, commands) }
  const options = { ...COMMON, ...found.options }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(
        Object.entries(options).map(([name, option]) => [name, spec(name, option)] as const),
      ),
      allowPositionals: true,
      strict: true,
    })
    const entries = Object.entries(values)
    const texts = Object.fromEntries(
      entries.filter((one): one is [string, string] => typeof one[1] === 'string'),
    )
    const flags = new Set(entries.filter(([, value]) => value === true).map(([name]) => name))
    return { command: found, given: { texts, flags, rest: positionals.slice(found.name.split(' ').length) } }
  } catch (error) {
    return { wrong: `${found.name}: ${(error as Error).message.split('\n', 1)[0]!}` }
  }
}

const SHORT: Readonly<Record<string, string>> = { file: 'f', help: 'h' }

const spec = (
  name: string,
  { value }: Option,
): { readonly type: 'string' | 'boolean'; readonly short?: string } => ({
  type: value === undefined ? 'boolean' : 'string',
  ...(SHORT[name] !== undefined && { short: SHORT[name] }),
})

// The words of a command come first; `--file x` and the like may stand before them.
const leading = (args: readonly string[], n: number): readonly string[] | undefined => {
  const words: string[] = []
  for (let i = 0; i < args.length && words.length < n; i++) {
    const arg = args[i]!
    if (arg === '--') return undefined
    if (arg === '--file' || arg === '-f') i++
    else if (!arg.startsWith('-')) words.push(arg)
  }
  return words.length === n ? words : undefined
}

const noSuch = (args: readonly string[], commands: readonly Command[]): string => {
  const said = (leading(args, 2) ?? leading(args, 1) ?? []).join(' ')
  const names = commands.map((c) => c.name).join(', ')
  return said === '' ? `say what to do: ${names}` : `there is no command "${said}"; there are ${names}`
}
