import { generate, type GenerateOptions } from './generate.js'

/** What the command needs of where it runs. */
export interface Terminal {
  read(file: string): Promise<string>
  write(file: string, text: string): Promise<void>
  /** Parses YAML. Rejects where there is no parser. */
  yaml(text: string): Promise<unknown>
  out(text: string): void
  err(text: string): void
}

const USAGE = `Usage: xconnector-openapi <document> [--out <file>] [--codecs io-ts|zod] [--name <name>] [--whole]

Makes typed targets and queries of an OpenAPI document (3.1 or 3.0, JSON or YAML).

  --out <file>     where to write it; left out: to the standard output
  --codecs <kind>  io-ts (default) or zod
  --name <name>    name of the generated function; default: from the title
  --whole          replies are { status, headers, body }
`

/**
 * The command `xconnector-openapi`. What could not be taken over goes to the standard error.
 *
 * @returns the exit code: 0; 1 where the document cannot be read or is none; 2 for wrong arguments.
 */
export const runOpenapi = async (args: readonly string[], terminal: Terminal): Promise<number> => {
  const asked = argumentsOf(args)
  if (asked === 'help') {
    terminal.out(USAGE)
    return 0
  }
  if (typeof asked === 'string') {
    terminal.err(`${asked}\n\n${USAGE}`)
    return 2
  }
  try {
    const text = await terminal.read(asked.file)
    const { code, notes } = generate(await parsed(text, asked.file, terminal), asked.options)
    if (asked.out === undefined) terminal.out(code)
    else await terminal.write(asked.out, code)
    for (const { at, what } of notes) terminal.err(`${at}: ${what}\n`)
    return 0
  } catch (e) {
    terminal.err(`${e instanceof Error ? e.message : String(e)}\n`)
    return 1
  }
}

const parsed = async (text: string, file: string, terminal: Terminal): Promise<unknown> => {
  if (!/^\s*[{[]/.test(text)) return terminal.yaml(text)
  try {
    return JSON.parse(text) as unknown
  } catch (e) {
    // YAML may begin so too.
    if (/\.ya?ml$/i.test(file)) return terminal.yaml(text)
    throw e
  }
}

interface Asked {
  readonly file: string
  readonly out?: string
  readonly options: GenerateOptions
}

const argumentsOf = (args: readonly string[]): Asked | 'help' | (string & {}) => {
  let file: string | undefined
  let out: string | undefined
  const options: { codecs?: 'io-ts' | 'zod'; name?: string; replies?: 'whole' } = {}
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--help' || arg === '-h') return 'help'
    if (arg === '--whole') options.replies = 'whole'
    else if (arg === '--out' || arg === '-o' || arg === '--codecs' || arg === '--name') {
      const value = args[++i]
      if (value === undefined) return `${arg}: expected a value`
      if (arg === '--codecs') options.codecs = value as 'zod'
      else if (arg === '--name') options.name = value
      else out = value
    } else if (arg.startsWith('-')) return `unknown option ${arg}`
    else if (file !== undefined) return 'expected one document'
    else file = arg
  }
  if (options.codecs !== undefined && !['io-ts', 'zod'].includes(options.codecs))
    return `--codecs: expected io-ts or zod, got ${JSON.stringify(options.codecs)}`
  if (file === undefined) return 'expected a document'
  return { file, ...(out !== undefined && { out }), options }
}
