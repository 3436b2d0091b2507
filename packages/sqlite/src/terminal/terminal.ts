import { writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { systemClock, systemRandom, uuidv7 } from '@xconnector/core'
import type { Io } from './io.js'
import { run } from './run.js'

/** Runs the command line of this process. */
export const terminal = async (): Promise<void> => {
  const { stdin, stdout, stderr, env, argv } = process
  const ending = new AbortController()
  // The first asks whatever is under way to end well, the second ends it.
  const end = (): void => ending.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  // Whoever read the output has read enough: `| head`.
  let gone = false
  stdout.on('error', () => (gone = true))
  stderr.on('error', () => {})
  const io: Io = {
    out: stdout,
    err: stderr,
    env,
    clock: systemClock,
    random: systemRandom,
    ids: uuidv7(systemClock, systemRandom),
    who: whoAmI(),
    signal: ending.signal,
    gone: () => gone,
    ...(stdin.isTTY && stderr.isTTY && { question: (text: string) => asked(text, ending.signal) }),
    writeFile: (file, text) => writeFile(file, text),
  }
  const code = await run(argv.slice(2), io)
  process.off('SIGINT', end).off('SIGTERM', end)
  process.exitCode = code
}

const whoAmI = (): string => {
  try {
    return userInfo().username
  } catch {
    // A user without a name, in a container.
    return `uid ${process.getuid?.() ?? '?'}`
  }
}

const asked = async (text: string, signal: AbortSignal): Promise<string> => {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(text, { signal })
  } catch {
    return ''
  } finally {
    lines.close()
  }
}
