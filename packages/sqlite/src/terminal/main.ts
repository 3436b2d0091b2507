#!/usr/bin/env node
// Node says of node:sqlite that it is experimental. Who looks at a journal has not chosen it, and scripts read what is
// written here; all other warnings are passed on.
const { emitWarning } = process
process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
  if (!String(warning).startsWith('SQLite is an experimental feature'))
    Reflect.apply(emitWarning, process, [warning, ...rest])
}

const { terminal } = await import('./terminal.js')
await terminal()
