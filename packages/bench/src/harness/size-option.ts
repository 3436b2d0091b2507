/** Where a size is read from, and left for the processes of the variants. */
export interface SizeSource {
  readonly argv: string[]
  readonly env: Record<string, string | undefined>
}

/**
 * Takes `--<name> <n>`, a whole number of 1 or more, out of the command line and leaves it in the environment, where the
 * processes of the variants find it. Called before `bench`, which refuses options that it does not know. On nonsense, says so
 * and exits with code 2.
 */
export const sizeOption = (name: string, usual: number): number => {
  try {
    return takeSize(name, usual, process)
  } catch (error) {
    console.error((error as Error).message)
    process.exit(2)
  }
}

/**
 * What `sizeOption` does, from any source.
 *
 * @throws TypeError for anything else than such a number.
 */
export const takeSize = (name: string, usual: number, { argv, env }: SizeSource): number => {
  const variable = `BENCH_${name.toUpperCase()}`
  const given = taken(name, argv) ?? env[variable] ?? String(usual)
  const size = Number(given)
  if (!Number.isInteger(size) || size < 1)
    throw new TypeError(`--${name}: expected a whole number of 1 or more, got "${given}"`)
  env[variable] = given
  return size
}

const taken = (name: string, argv: string[]): string | undefined => {
  const at = argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`))
  if (at < 0) return undefined
  const [word] = argv.splice(at, 1)
  return word!.includes('=') ? word!.slice(word!.indexOf('=') + 1) : (argv.splice(at, 1)[0] ?? '')
}
