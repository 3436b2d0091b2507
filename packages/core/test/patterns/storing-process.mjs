// Stores pieces of bytes, slowly: `node storing-process.mjs <dir> <key> <letter> <pieces>`. Says when it is in the middle.
import { registerHooks } from 'node:module'
import { setTimeout as after } from 'node:timers/promises'

// The sources name each other as they are called once built.
registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier.startsWith('.') && context.parentURL?.includes('/src/')
        ? specifier.replace(/\.js$/, '.ts')
        : specifier,
      context,
    ),
})
const { directoryStore } = await import('../../src/patterns/directory-store.ts')
const [dir, key, letter, pieces] = process.argv.slice(2)

async function* bytes() {
  for (let i = 0; i < Number(pieces); i++) {
    yield Buffer.alloc(1000, letter)
    if (i === 1) process.send('half')
    await after(5)
  }
}

const claim = await directoryStore({ dir }).put(key, bytes)
process.send(claim)
process.disconnect()
