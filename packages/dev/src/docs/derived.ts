import ts from 'typescript'

/** How a user's project is written. */
export interface Dialect {
  readonly module: 'esm' | 'cjs'
  readonly language: 'ts' | 'js'
}

/** The four of them. */
export const dialects: readonly Dialect[] = [
  { module: 'esm', language: 'ts' },
  { module: 'esm', language: 'js' },
  { module: 'cjs', language: 'ts' },
  { module: 'cjs', language: 'js' },
]

/** A file of a project, by its name in the project's folder. */
export interface ProjectFile {
  readonly name: string
  readonly text: string
}

const awaitsAtTop = (node: ts.Node): boolean => {
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false
  if (ts.isAwaitExpression(node)) return true
  return ts.forEachChild(node, awaitsAtTop) === true
}

/**
 * A module whose statements await, put into an async function, imports left out: CommonJS has no top-level await.
 *
 * @throws Error when it exports something too, which a function could not.
 */
export const withoutTopLevelAwait = ({ name, text }: ProjectFile): ProjectFile => {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true)
  if (!source.statements.some(awaitsAtTop)) return { name, text }
  const exported = source.statements.some(
    (s) => ts.canHaveModifiers(s) && ts.getModifiers(s)?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword),
  )
  if (exported) throw new Error(`${name}: a module that exports cannot await at its top as CommonJS`)
  const textOf = (statements: readonly ts.Statement[]): string =>
    statements.map((s) => s.getFullText()).join('')
  const [imports, rest] = [true, false].map((is) =>
    source.statements.filter((s) => ts.isImportDeclaration(s) === is),
  )
  return {
    name,
    text: `${textOf(imports!)}\nconst main = async (): Promise<void> => {${textOf(rest!)}\n}\nvoid main()\n`,
  }
}

/**
 * An ESM TypeScript file in another dialect: CommonJS without top-level await; JavaScript by erasing types, with imports
 * rewritten. CommonJS in TypeScript keeps its `import` statements, as users write it; their compiler makes `require` of them.
 */
export const derived = (file: ProjectFile, { module, language }: Dialect): ProjectFile => {
  const source = module === 'cjs' ? withoutTopLevelAwait(file) : file
  if (language === 'ts') return source
  const { outputText } = ts.transpileModule(source.text, {
    fileName: source.name,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: module === 'esm' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      rewriteRelativeImportExtensions: true,
    },
  })
  return { name: source.name.replace(/\.ts$/, '.js'), text: outputText }
}
