import ts from 'typescript'
import { nodes } from '../nodes.ts'
import { fileRule, type Finding } from '../rule.ts'

/** Exports are named one by one. */
export const noExportStar = fileRule('no-export-star', function* (file): Generator<Finding> {
  if (file.source === undefined) return
  for (const node of nodes(file.source))
    if (
      ts.isExportDeclaration(node) &&
      (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause))
    )
      yield { at: node, message: 'no "export *"; name what is exported, one by one' }
})
