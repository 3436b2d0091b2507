import { isBuiltin } from 'node:module'
import { importsOf } from '../imports.ts'
import { fileRule, type Finding } from '../rule.ts'

const HTTP =
  /^(node:)?(https?2?|net|tls|dgram)$|^(axios|axios-retry|undici|got|ky|express|fastify|hono|msw|node-fetch)(\/|$)/
// What core's users install with it; more would be paid by all of them.
const DEPENDENCIES = /^(@standard-schema\/spec|eventemitter3|fp-ts|io-ts)(\/|$)/
// Libraries that only an entry point of its own brings along, each in the folder that it is for.
const INSIDE: readonly (readonly [folder: string, library: RegExp])[] = [
  ['packages/core/src/source/', /^croner$/],
  ['packages/core/src/formats/', /^(csv-parse|csv-stringify)(\/|$)/],
]
const allowed = (file: string, specifier: string): boolean =>
  DEPENDENCIES.test(specifier) ||
  INSIDE.some(([folder, library]) => file.startsWith(folder) && library.test(specifier))

/** Core knows no HTTP and no other package. */
export const coreAlone = fileRule('core-alone', function* (file): Generator<Finding> {
  if (!file.path.startsWith('packages/core/src/')) return
  for (const { specifier, path, node } of importsOf(file)) {
    if (HTTP.test(specifier))
      yield { at: node, message: `core knows no HTTP; "${specifier}" belongs in http` }
    else if (path === undefined && !isBuiltin(specifier) && !allowed(file.path, specifier))
      yield { at: node, message: `core imports no other package; "${specifier}" is one` }
  }
})
