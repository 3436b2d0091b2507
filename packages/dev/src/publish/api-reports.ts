import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type IConfigFile,
} from '@microsoft/api-extractor'
import { root } from '../command/repository.ts'
import type { EntryPoint } from './entry-points.ts'

const QUIET = { default: { logLevel: ExtractorLogLevel.None } }

// The options that decide how the built types are resolved; everything else in them is settled already.
const compilerOptions = {
  target: 'ES2023',
  lib: ['ES2024', 'ESNext.Disposable'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: ['node'],
}

const configOf = ({ folder, types }: EntryPoint, name: string, into: string): ExtractorConfig => {
  const projectFolder = join(root, folder)
  const mainEntryPointFilePath = join(projectFolder, types)
  const configObject: IConfigFile = {
    projectFolder,
    mainEntryPointFilePath,
    newlineKind: 'lf',
    compiler: { overrideTsconfig: { compilerOptions, files: [mainEntryPointFilePath] } },
    // A type that is reached through an exported one is public too, by whatever name.
    apiReport: {
      enabled: true,
      reportFileName: name,
      reportFolder: into,
      reportTempFolder: into,
      includeForgottenExports: true,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: { extractorMessageReporting: QUIET, tsdocMessageReporting: QUIET },
  }
  return ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, 'package.json'),
  })
}

// The titles of api-extractor name the package only, and its notes on missing package comments say nothing of ours.
const titled = (text: string, { name }: EntryPoint): string => {
  const begin = text.indexOf('```ts')
  const code = text
    .slice(begin)
    .replace(/\/\/ \(No @packageDocumentation[^\n]*\n\n?/, '')
    .replace(/\n+```\n$/, '\n```\n')
  return `# The public types of \`${name}\`

Written by \`npx -y pnpm@12 api\`, and compared by \`npx -y pnpm@12 test\`. Accept a change by running the first.

${code}`
}

/**
 * The report of each entry point: every public name with its type, and the types that they lead to, in order of names.
 * Reads the built types. One compiler serves all, so that it takes three seconds and not twenty.
 *
 * @throws Error with the compiler's words when built types do not compile.
 */
export const apiReports = (all: readonly EntryPoint[]): ReadonlyMap<EntryPoint, string> => {
  const into = mkdtempSync(join(tmpdir(), 'xconnector-api-'))
  const errors: string[] = []
  try {
    const configs = all.map((entry, i) => configOf(entry, `r${i}`, into))
    const [first, ...rest] = configs
    if (first === undefined) return new Map()
    const compilerState = CompilerState.create(first, {
      additionalEntryPoints: rest.map((config) => config.mainEntryPointFilePath),
    })
    return new Map(
      configs.map((config, i) => {
        Extractor.invoke(config, {
          localBuild: true,
          compilerState,
          messageCallback: (message) => {
            if (message.logLevel === ExtractorLogLevel.Error)
              errors.push(message.formatMessageWithLocation(root))
            message.handled = true
          },
        })
        if (errors.length > 0) throw new Error(`${all[i]!.name}:\n${errors.join('\n')}`)
        return [all[i]!, titled(readFileSync(config.reportFilePath, 'utf8'), all[i]!)]
      }),
    )
  } finally {
    rmSync(into, { recursive: true })
  }
}
