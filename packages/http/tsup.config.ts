import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    undici: 'src/undici/index.ts',
    gateway: 'src/gateway/index.ts',
    ops: 'src/ops/index.ts',
    fp: 'src/fp/index.ts',
    testing: 'src/testing/index.ts',
    openapi: 'src/openapi/index.ts',
    'openapi-cli': 'src/openapi/cli.ts',
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
