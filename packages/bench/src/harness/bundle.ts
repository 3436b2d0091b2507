import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { packageFolder } from './places.ts'

/** Bundles the source text of a module, from this package's source folder, and gives the bundle's path. */
export const bundle = async (text: string, file: string, plugins: Plugin[] = []): Promise<string> => {
  await build({
    stdin: { contents: text, resolveDir: join(packageFolder, 'src'), loader: 'ts' },
    bundle: true,
    outfile: file,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    conditions: ['@xconnector/source'],
    // What is CommonJS inside asks for node's own modules by require.
    banner: { js: "import { createRequire as _r } from 'node:module'; const require = _r(import.meta.url);" },
    plugins,
    logLevel: 'error',
  })
  return file
}
