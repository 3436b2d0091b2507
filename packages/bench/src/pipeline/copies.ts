import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import { bundle } from '../harness/bundle.ts'
import { packageFolder, workFolder } from '../harness/places.ts'

const folder = join(packageFolder, 'src/pipeline')

// `copy:2/flow.ts` is flow.ts and all that it imports of this folder, with `_K` replaced by 2.
const copies: Plugin = {
  name: 'copies',
  setup(build) {
    build.onResolve({ filter: /^copy:\d+\// }, ({ path }) => {
      const [, copy, file] = /^copy:(\d+)\/(.*)$/.exec(path)!
      return { path: join(folder, file!), suffix: `?${copy}`, namespace: 'copy', pluginData: copy }
    })
    build.onResolve({ filter: /^\.\//, namespace: 'copy' }, ({ path, pluginData }) => ({
      path: join(folder, path),
      suffix: `?${String(pluginData)}`,
      namespace: 'copy',
      pluginData: pluginData as unknown,
    }))
    build.onLoad({ filter: /\.ts$/, namespace: 'copy' }, ({ path, pluginData }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('_K', String(pluginData)),
      loader: 'ts',
      resolveDir: folder,
      pluginData: pluginData as unknown,
    }))
  },
}

/**
 * Bundles one way of writing the pipeline, copied for each of so many flows, each copy with functions and shapes of its
 * own; the bundle exports the flows' modules as `flows`.
 */
export const bundleCopies = (file: string, flows: number): Promise<string> => {
  const numbers = Array.from({ length: flows }, (_, i) => i)
  const imports = numbers.map((i) => `import * as flow${i} from 'copy:${i}/${file}.ts'`)
  const text = `${imports.join('\n')}\nexport const flows = [${numbers.map((i) => `flow${i}`).join(', ')}]\n`
  return bundle(text, join(workFolder('pipeline'), `${file}-${flows}.mjs`), [copies])
}
