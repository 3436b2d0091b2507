import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, workspacePackages } from '../command/repository.ts'
import { makeConsumer } from '../smoke/consumer.ts'
import { packAndUnpack } from '../smoke/pack.ts'

/** What a user installs beside ours, and which folder of the workspace has it. */
const BESIDE: Readonly<Record<string, string>> = {
  '@types/node': '.',
  msw: 'packages/http',
  zod: 'packages/core',
}

/**
 * An empty project below `folder` that installed some of our packages, packed as they would be published, with their
 * peers, zod and msw. Needs the build, and no network.
 */
export const packedProject = async (names: readonly string[], folder: string): Promise<string> => {
  const wanted = workspacePackages().filter((p) => names.includes(p.manifest.name))
  const packed = await Promise.all(wanted.map((from) => packAndUnpack(from, join(folder, 'packed'))))
  const project = join(folder, 'project')
  for (const one of packed) makeConsumer(one, packed, project)
  for (const [name, by] of Object.entries(BESIDE)) {
    const path = join(project, 'node_modules', name)
    if (existsSync(path)) continue
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(join(root, by, 'node_modules', name), path, 'dir')
  }
  return project
}
