import { importsOf } from '../imports.ts'
import { fileRule, type Finding } from '../rule.ts'

/** Other paths of fp-ts pass every check and then fail to load as ESM; its root loads all of it. */
export const fpTsPath = fileRule('fp-ts-path', function* (file): Generator<Finding> {
  for (const { specifier, node } of importsOf(file))
    if (/^fp-ts(\/|$)/.test(specifier) && !/^fp-ts\/lib\/[A-Za-z]+\.js$/.test(specifier))
      yield { at: node, message: `"${specifier}" does not load as ESM or loads all; import fp-ts/lib/X.js` }
})
