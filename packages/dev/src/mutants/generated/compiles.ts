import { dirname, join } from 'node:path'
import ts from 'typescript'

// Left over by the fault, and no reason not to try it: unused names, code behind a return.
const HARMLESS = new Set([6133, 6138, 6192, 6196, 6198, 7027])

/**
 * A type-checker for single changed files of a checkout. Exports have explicit types, so that a change of a body can
 * break no other file: it is enough to check the one.
 */
export const typeChecker = (checkout: string): ((file: string, text: string) => boolean) => {
  const services = new Map<string, (file: string, text: string) => boolean>()
  return (file, text) => {
    const folder = join(checkout, file.split('/').slice(0, 2).join('/'))
    const check = services.get(folder) ?? checkerOf(folder)
    services.set(folder, check)
    return check(join(checkout, file), text)
  }
}

const checkerOf = (folder: string): ((path: string, text: string) => boolean) => {
  const config = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile).config as unknown
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder)
  const changed = new Map<string, { readonly text: string; readonly version: number }>()
  let version = 0
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => fileNames,
    getScriptVersion: (path) => `${changed.get(path)?.version ?? 0}`,
    getScriptSnapshot: (path) => {
      const text = changed.get(path)?.text ?? ts.sys.readFile(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => dirname(folder),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  })
  return (path, text) => {
    changed.set(path, { text, version: ++version })
    try {
      const found = [...service.getSyntacticDiagnostics(path), ...service.getSemanticDiagnostics(path)]
      return found.every((d) => d.category !== ts.DiagnosticCategory.Error || HARMLESS.has(d.code))
    } finally {
      changed.delete(path)
    }
  }
}
