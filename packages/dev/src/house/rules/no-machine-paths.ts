import { fileRule, type Finding } from '../rule.ts'

const PATH = /(?:^|[^\w.])\/(?:work|farm|root|home|Users)\/[A-Za-z.][\w.-]*/
const REGISTRY =
  /\b(?:registry\.[a-z0-9-]+\.[a-z]{2,}|[a-z0-9.-]*(?:verdaccio|artifactory|jfrog|codeartifact)[a-z0-9-]*\.[a-z]{2,})|\b(?:localhost|127\.0\.0\.1):4873\b/i

/** Nothing committed knows the machine it was written on, nor where packages were fetched from. */
export const noMachinePaths = fileRule('no-machine-paths', function* (file): Generator<Finding> {
  for (const [i, line] of file.text.split('\n').entries()) {
    const path = PATH.exec(line)
    if (path !== null) yield { at: i + 1, message: `a path of one machine: ${path[0].trim()}` }
    if (REGISTRY.test(line) || (file.path === 'pnpm-lock.yaml' && /\btarball: https?:/.test(line)))
      yield {
        at: i + 1,
        message: 'the host of a package registry; leave it to the configuration of the user',
      }
  }
})
