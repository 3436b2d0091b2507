import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { SERVICE_PROGRAM, TERMINAL_PROGRAM } from '../../build-thread.js'
import type { Asked } from './service-process.js'

/** A service in a process of its own. */
export interface ServiceProcess {
  readonly child: ChildProcess
  ask(asked: Asked): Promise<unknown>
  /** SIGKILL, without a word. */
  kill(): Promise<void>
}

/** Starts a service on a journal; it is killed at the end of the test. */
export const serviceProcess = async (file: string, ...more: readonly 'mended'[]): Promise<ServiceProcess> => {
  const child = fork(SERVICE_PROGRAM, [file, ...more], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exit = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return {
    child,
    async ask(asked) {
      const said = once(child, 'message')
      child.send(asked)
      return (await said)[0] as unknown
    },
    async kill() {
      child.kill('SIGKILL')
      await exit
    },
  }
}

/** A terminal in a process of its own. */
export interface TerminalProcess {
  readonly child: ChildProcess
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>
}

/** Starts a command. `uid`: as another user. */
export const terminalProcess = (
  file: string,
  args: readonly string[],
  as: { readonly uid?: number } = {},
): TerminalProcess => {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', TERMINAL_PROGRAM, ...args],
    {
      env: { XCONNECTOR_FILE: file },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(as.uid !== undefined && { uid: as.uid, gid: as.uid }),
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  let [out, err] = ['', '']
  child.stdout.on('data', (text) => (out += String(text)))
  child.stderr.on('data', (text) => (err += String(text)))
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, out, err })) }
}
