import { commandLine } from '../command/arguments.ts'
import { root } from '../command/repository.ts'
import { tallyLine } from '../command/tally.ts'
import { repositoryFiles } from './repository-files.ts'
import { rules } from './rules.ts'
import { typicalLengths } from './rules/typical-length.ts'

// npx -y pnpm@12 house: checks the whole repository; a check is a rule.
commandLine({ command: 'house' })
const files = repositoryFiles(root)
const broken = rules.map((rule) => rule.check(files))
for (const { file, line, rule, message } of broken.flat()) console.log(`${file}:${line} ${rule} ${message}`)
const lengths = typicalLengths(files)
console.log(`${lengths.files} published source files: median ${lengths.median} lines, p90 ${lengths.p90}`)
const failed = broken.filter((violations) => violations.length > 0).length
console.log(tallyLine({ passed: rules.length - failed, failed, skipped: 0 }))
process.exitCode = failed === 0 ? 0 : 1
