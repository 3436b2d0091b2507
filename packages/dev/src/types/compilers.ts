import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { runNode } from '../command/child.ts'
import { root } from '../command/repository.ts'

/** A TypeScript that the packages' types must satisfy. */
export interface Compiler {
  readonly name: string
  /** Its tsc, called by path: only one of them can own the command. */
  readonly path: string
}

export const typescript7: Compiler = { name: 'TypeScript 7', path: 'node_modules/@typescript/native/bin/tsc' }
export const typescript59: Compiler = { name: 'TypeScript 5.9', path: 'node_modules/typescript-5.9/bin/tsc' }
export const compilers: readonly Compiler[] = [typescript7, typescript59]

/** One error of a compiler. */
export interface Diagnostic {
  /** Relative to the root, with `/`; empty for an error of the configuration. */
  readonly file: string
  /** From 1; 0 for an error of the configuration. */
  readonly line: number
  /** `TS2322: …`, lines of explanation included. */
  readonly text: string
}

/** Reads what `tsc --pretty false` prints. Indented lines go on with the error above them. */
export const readDiagnostics = (output: string, folder: string = root): readonly Diagnostic[] => {
  const found: { file: string; line: number; text: string }[] = []
  for (const line of output.split('\n')) {
    const start = /^(?:(.+?)\((\d+),\d+\): )?error (TS\d+: .*)$/.exec(line)
    if (start !== null) {
      const [, path, at, text] = start
      const file = path === undefined ? '' : relative(root, join(folder, path)).split(sep).join('/')
      found.push({ file, line: Number(at ?? 0), text: text! })
    } else if (line.trim() !== '' && found.length > 0) found.at(-1)!.text += `\n${line}`
  }
  return found
}

/** Type-checks a project. Rejects when the compiler itself fails. */
export const diagnose = async (compiler: Compiler, project: string): Promise<readonly Diagnostic[]> => {
  const args = [join(root, compiler.path), '-p', project, '--noEmit', '--pretty', 'false']
  const { code, output } = await runNode(args)
  const diagnostics = readDiagnostics(output)
  if (code !== 0 && diagnostics.length === 0)
    throw new Error(`${compiler.name} failed on ${project}:\n${output}`)
  return diagnostics
}

/** Type-checks single files as part of a project: with its options, without its other files. */
export const diagnoseFiles = async (
  compiler: Compiler,
  project: string,
  files: readonly string[],
): Promise<readonly Diagnostic[]> => {
  // Inside node_modules, so that the types of packages are found from there.
  const cache = join(root, 'node_modules/.cache/xconnector')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'types-'))
  try {
    const config = join(folder, 'tsconfig.json')
    const paths = files.map((file) => join(root, file))
    writeFileSync(
      config,
      JSON.stringify({ extends: join(root, project), files: paths, include: [], exclude: [] }),
    )
    return await diagnose(compiler, config)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
