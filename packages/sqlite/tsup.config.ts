import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

// The terminal carries a library that draws graphs, so that a user's install stays small; its licence asks to be shown.
const licence = readFileSync(new URL('node_modules/@dagrejs/dagre/LICENSE', import.meta.url), 'utf8').trim()

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
  // The terminal command. It is loaded by a file that first decides which warnings are shown, and so is one of its own.
  {
    entry: { xconnector: 'src/terminal/main.ts', terminal: 'src/terminal/terminal.ts' },
    format: ['esm'],
    target: 'node22',
    splitting: true,
    treeshake: true,
    noExternal: ['@dagrejs/dagre'],
    external: [/^@xconnector\/core/],
    esbuildOptions: (options) => {
      options.banner = { js: `/*! Holds @dagrejs/dagre:\n${licence}\n*/` }
    },
    // Builtins such as node:sqlite have no name without the prefix.
    removeNodeProtocol: false,
  },
])
