/** Where a path lies in the house. */

const PRIVATE = new Set(['dev', 'bench', 'proof'])

/** The package of a path: `core` for `packages/core/...`. */
export const packageOf = (path: string): string | undefined => /^packages\/([^/]+)\//.exec(path)?.[1]

/** Whether a file is code that users get. */
export const isPublishedSource = (path: string): boolean =>
  /^packages\/[^/]+\/src\/.*\.[cm]?ts$/.test(path) && !PRIVATE.has(packageOf(path) ?? '')

/** Whether a file holds tests or serves them. */
export const isTest = (path: string): boolean =>
  /(^|\/)(test|soak)\//.test(path) || /\.(test|test-d|bench)\.[cm]?tsx?$/.test(path)

/** Whether a file belongs to a `testing` subpath. */
export const isTestingSource = (path: string): boolean =>
  /^packages\/[^/]+\/src\/(testing|what-if)\//.test(path)

/** Whether a file may use the `testing` subpaths. */
export const mayUseTesting = (path: string): boolean =>
  isTest(path) ||
  isTestingSource(path) ||
  /^(examples|docs|packages\/bench|packages\/dev|packages\/proof)\//.test(path)

/** Whether a file is one of the ports, where time, chance and timers are at home. */
export const isPort = (path: string): boolean => /^packages\/[^/]+\/src\/ports\//.test(path)
