import { defineConfig } from 'tsup'

export default defineConfig([
  {
    entry: { index: 'src/index.ts' },
    format: ['esm', 'cjs'],
    target: 'node22',
    shims: true,
    dts: true,
    sourcemap: true,
    treeshake: true,
    // Builtins such as node:sqlite have no name without the prefix.
    removeNodeProtocol: false,
  },
  // The journal's thread: a file of its own, found by both builds, with nothing but node's own modules in it.
  {
    entry: { thread: 'src/thread/thread.ts' },
    format: ['esm'],
    target: 'node22',
    sourcemap: true,
    treeshake: true,
    // Builtins such as node:sqlite have no name without the prefix.
    removeNodeProtocol: false,
  },
])
