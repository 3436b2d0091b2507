import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import type { SqliteOptions } from '../../../src/options.js'
import { HOSTILE_PROGRAM } from '../../build-thread.js'
import type { Asked, Said } from './process.js'

/** A journal in a process of its own. */
export interface JournalProcess {
  readonly child: ChildProcess
  ask(what: Asked['do'], ...args: readonly unknown[]): Promise<Said>
  kill(): Promise<void>
}

/** How the process is hampered. */
export interface Hampered {
  /** Limits of the shell that starts it: `-f 2048`. */
  readonly ulimit?: string
  /** As a user who owns nothing; where we are not root, as we are. */
  readonly nobody?: boolean
}

/** A user and a group who own nothing, on Linux and elsewhere. */
export const NOBODY = 65_534

const isRoot = process.getuid?.() === 0

/** Starts a process; it is killed at the end of the test. */
export const journalProcess = (
  options: Partial<SqliteOptions> & { readonly file: string },
  { ulimit, nobody }: Hampered = {},
): JournalProcess => {
  const command = [process.execPath, HOSTILE_PROGRAM, JSON.stringify(options)]
  const [first, ...rest] =
    ulimit === undefined ? command : ['sh', '-c', `ulimit ${ulimit} && exec "$@"`, 'sh', ...command]
  const child = spawn(first!, rest, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    ...(nobody === true && isRoot && { uid: NOBODY, gid: NOBODY }),
  })
  const exit = once(child, 'exit')
  const end = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exit
  }
  onTestFinished(end)
  return {
    child,
    async ask(what, ...args) {
      const said = once(child, 'message')
      child.send({ do: what, with: args } satisfies Asked)
      const [answer] = await Promise.race([
        said,
        exit.then(([code, signal]): never => {
          throw new Error(`the process ended: ${String(code ?? signal)}`)
        }),
      ])
      return answer as Said
    },
    kill: end,
  }
}
