import { fileRule, type Finding } from '../rule.ts'

/** A file is named after its one idea. In packages/bench `types` is one: what the types cost. */
export const namedAfterIdea = fileRule('named-after-idea', function* (file): Generator<Finding> {
  const name = /(?:^|\/)(utils?|types)(?:\.[cm]?[jt]sx?$|\/)/.exec(file.path)
  if (name === null || file.source === undefined) return
  if (file.path.startsWith('packages/bench/') && name[1] === 'types') return
  // Type tests and the harness that runs them are about types.
  if (/^packages\/[^/]+\/test\/types\/|^packages\/dev\/src\/types\//.test(file.path)) return
  yield { at: 1, message: `"${name[1]}" says nothing; name each piece after its idea, one a file` }
})
