import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../command/repository.ts'
import { sum, type Tally } from '../command/tally.ts'
import { failedCases, typeCases } from '../types/cases.ts'
import { compilers, diagnose, diagnoseFiles, type Compiler, type Diagnostic } from '../types/compilers.ts'
import { projectOf, typePrograms, writeProgram, type TypeProgram } from '../types/programs.ts'
import { typeProjects, typeTests } from '../types/projects.ts'
import { oneCheck, type StepResult } from './step.ts'

const show = (d: Diagnostic): string => `${d.file}:${d.line} ${d.text}`

// Long lists of projects make no file names: the first one and the number of them say which it is.
const nameOf = (compiler: Compiler, { projects }: TypeProgram): string =>
  `${compiler.name}-${projects[0]!}-${projects.length}`.replaceAll(/[^\w.]+/g, '-')

const combine = (results: readonly (Tally & { output: string })[]): StepResult => ({
  ...sum(results),
  output: results
    .map((r) => r.output)
    .filter((text) => text !== '')
    .join('\n'),
})

/** Type-checks projects; a check is one of them. */
export const checkTypes = async (
  compiler: Compiler,
  projects: readonly string[] = typeProjects(),
): Promise<StepResult> => {
  const results: StepResult[] = []
  for (const program of typePrograms(projects)) {
    const errors = await diagnose(compiler, writeProgram(program, nameOf(compiler, program)))
    const byProject = Map.groupBy(errors, (e) => projectOf(program.projects, e.file))
    for (const project of program.projects) {
      const own = byProject.get(project) ?? []
      results.push(oneCheck(own.length === 0, own.map(show).join('\n')))
    }
    // In a file of another program, which this one reads, or in the configuration.
    const elsewhere = byProject.get(undefined) ?? []
    if (elsewhere.length > 0) results.push(oneCheck(false, elsewhere.map(show).join('\n')))
  }
  return combine(results)
}

/** Compiles the type tests with every compiler; a check is a case under one compiler. */
export const checkTypeTests = async (): Promise<StepResult> => {
  const results: StepResult[] = []
  for (const { project, files } of typeTests())
    for (const compiler of compilers) {
      const errors = await diagnoseFiles(compiler, project, files)
      for (const file of files) {
        const cases = typeCases(file, readFileSync(join(root, file), 'utf8'))
        const failed = failedCases(
          cases,
          errors.filter((e) => e.file === file),
        )
        const output = [...failed].map(
          ([c, es]) => `${compiler.name}, "${c.name}":\n${es.map(show).join('\n')}`,
        )
        results.push({
          passed: cases.length - failed.size,
          failed: failed.size,
          skipped: 0,
          output: output.join('\n'),
        })
      }
      const elsewhere = errors.filter((e) => !files.includes(e.file))
      if (elsewhere.length > 0) results.push(oneCheck(false, elsewhere.map(show).join('\n')))
    }
  return combine(results)
}
