import { importsOf } from '../imports.ts'
import { isTestingSource, mayUseTesting } from '../places.ts'
import { fileRule, type Finding } from '../rule.ts'

const RUNNER = /^(vitest|@vitest\/.*|node:test|@jest\/.*|jest|mocha|ava|chai|tap|uvu)(\/|$)/
const SUBPATH = /^@xconnector\/[^/]+\/testing(\/|$)/

/** A `testing` subpath is for tests and the like, and brings no test runner: under `require` one would not load. */
export const testingKeptApart = fileRule('testing-kept-apart', function* (file): Generator<Finding> {
  for (const { specifier, path, node } of importsOf(file)) {
    if (isTestingSource(file.path) && RUNNER.test(specifier))
      yield {
        at: node,
        message: `a testing subpath imports no test runner; "${specifier}" is one: give data`,
      }
    if ((SUBPATH.test(specifier) || isTestingSource(path ?? '')) && !mayUseTesting(file.path))
      yield { at: node, message: `"${specifier}" is for tests, examples, docs, benches and testing subpaths` }
  }
})
