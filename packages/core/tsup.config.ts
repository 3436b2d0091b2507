import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    formats: 'src/formats/index.ts',
    fp: 'src/fp/index.ts',
    operate: 'src/operate/index.ts',
    patterns: 'src/patterns/index.ts',
    testing: 'src/testing/index.ts',
    'what-if': 'src/what-if/index.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node22',
  dts: true,
  sourcemap: true,
  clean: true,
  treeshake: true,
  // Builtins such as node:sqlite have no name without the prefix.
  removeNodeProtocol: false,
})
