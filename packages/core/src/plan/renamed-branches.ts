import { below } from './scope.js'

/** Which branches of a structure had another name before: old names to new ones, read off the hops that were renamed. */
export const renamedBranches = (
  renamed: Readonly<Record<string, string>>,
  path: string,
  branches: readonly string[],
): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  const within = below(path, '')
  for (const [old, now] of Object.entries(renamed))
    for (const branch of branches) {
      const base = below(path, branch)
      const inner = now.slice(base.length)
      if (!now.startsWith(base) || (inner !== '' && !inner.startsWith('/'))) continue
      if (!old.startsWith(within) || !old.endsWith(inner)) continue
      const was = old.slice(within.length, old.length - inner.length)
      if (was !== '' && !was.includes('/')) found.set(was, branch)
    }
  return found
}
