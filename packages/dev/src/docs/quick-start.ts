import { fencesOf, type Fence } from './fences.ts'
import type { ProjectFile } from './derived.ts'

/** The quick start of the README, as files. */
export interface QuickStart {
  /** The flow and the service: what is counted. */
  readonly code: readonly ProjectFile[]
  /** The unit test and the script that sends a webhook by hand. */
  readonly around: readonly ProjectFile[]
  /** The same code with the io-ts codec in the place of the zod schema. */
  readonly withIoTs: readonly ProjectFile[]
  /** The compiler options of its `tsconfig.json`. */
  readonly compilerOptions: Readonly<Record<string, unknown>>
  /** The variables of its `.env`. */
  readonly environment: Readonly<Record<string, string>>
}

const fileOf = (fences: readonly Fence[], name: string): ProjectFile => {
  const fence = fences.find((f) => f.marks.includes(name))
  if (fence === undefined) throw new Error(`the README has no block named ${name}`)
  return { name, text: `${fence.code}\n` }
}

/** A file in which one line each is replaced by the line of another that begins alike, up to the first name. */
const swapped = (
  { name, text }: ProjectFile,
  pairs: readonly (readonly [RegExp, string])[],
): ProjectFile => ({
  name,
  text: pairs.reduce((before, [line, by]) => {
    if (!line.test(before)) throw new Error(`${name} has no line like ${line.source}`)
    return before.replace(line, () => by)
  }, text),
})

/**
 * Reads the quick start of a page.
 *
 * @throws Error naming the block or line that is missing.
 */
export const quickStartOf = (page: string): QuickStart => {
  const fences = fencesOf(page)
  const code = ['orders.ts', 'service.ts'].map((name) => fileOf(fences, name))
  const [importLine, , schemaLine] = fileOf(fences, 'order.ts').text.split('\n')
  const withIoTs = [
    swapped(code[0]!, [
      [/^import \{ z \} from 'zod'$/m, importLine!],
      [/^const Order = z\..*$/m, schemaLine!.replace(/^export /, '')],
    ]),
    code[1]!,
  ]
  const environment = fences
    .filter((f) => f.language === 'ini')
    .flatMap((f) => f.code.split('\n'))
    .map((line) => line.split(/=(.*)/) as [string, string])
  const config = fences.find((f) => f.language === 'json')
  if (config === undefined) throw new Error('the README has no tsconfig.json, in a block of json')
  return {
    code,
    compilerOptions: (JSON.parse(config.code) as { readonly compilerOptions: Record<string, unknown> })
      .compilerOptions,
    around: ['orders.test.ts', 'send.ts'].map((name) => fileOf(fences, name)),
    withIoTs,
    environment: Object.fromEntries(environment.map(([name, value]) => [name, value])),
  }
}

/** How many lines of code some files have: lines that are neither empty nor a comment only. */
export const linesOfCode = (files: readonly ProjectFile[]): number =>
  files
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('//')).length
