import { mayUse } from '../floors.ts'
import { importsOf } from '../imports.ts'
import { isPublishedSource, packageOf } from '../places.ts'
import { fileRule, type Finding } from '../rule.ts'

/** Published packages use only those that `mayUse` names, and only by their names. */
export const adaptersApart = fileRule('adapters-apart', function* (file): Generator<Finding> {
  const own = packageOf(file.path)
  if (own === undefined || !isPublishedSource(file.path)) return
  const allowed = mayUse[own]
  if (allowed === undefined)
    return yield { at: 1, message: `house/floors.ts does not say which packages "${own}" may use` }
  for (const { specifier, path, node } of importsOf(file)) {
    const used = /^@xconnector\/([^/]+)/.exec(specifier)?.[1]
    if (used !== undefined && !allowed.includes(used))
      yield {
        at: node,
        message: `"${own}" may use ${allowed.map((a) => `"${a}"`).join(' and ') || 'no other package'}, not "${used}"`,
      }
    if (path !== undefined && !path.startsWith(`packages/${own}/`))
      yield { at: node, message: `"${specifier}" leaves the package; import other packages by their names` }
  }
})
