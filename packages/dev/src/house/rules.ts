import type { Rule } from './rule.ts'
import { adaptersApart } from './rules/adapters-apart.ts'
import { coreAlone } from './rules/core-alone.ts'
import { coreFloors } from './rules/core-floors.ts'
import { fileLength } from './rules/file-length.ts'
import { fpTsPath } from './rules/fp-ts-path.ts'
import { namedAfterIdea } from './rules/named-after-idea.ts'
import { noExportStar } from './rules/no-export-star.ts'
import { noMachinePaths } from './rules/no-machine-paths.ts'
import { noTestOff } from './rules/no-test-off.ts'
import { testingKeptApart } from './rules/testing-kept-apart.ts'
import { throughPorts } from './rules/through-ports.ts'
import { typicalLength } from './rules/typical-length.ts'

/** The rules of the house. */
export const rules: readonly Rule[] = [
  coreFloors,
  coreAlone,
  adaptersApart,
  testingKeptApart,
  throughPorts,
  fpTsPath,
  fileLength,
  typicalLength,
  namedAfterIdea,
  noExportStar,
  noTestOff,
  noMachinePaths,
]
