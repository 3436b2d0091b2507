import { spawn } from 'node:child_process'
import { root } from './repository.ts'

export interface ChildOptions {
  /** Default: the checkout's root. */
  readonly cwd?: string
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds after which the child and its own children are killed. Default: 15 minutes. */
  readonly limit?: number
  /** Lets the child write to this process's output instead of collecting it. */
  readonly show?: boolean
}

export interface ChildResult {
  /** The exit code; 1 when the child was killed or could not be started. */
  readonly code: number
  /** Both outputs, in the order of arrival, without colours. */
  readonly output: string
}

// oxlint-disable-next-line no-control-regex -- escape sequences are what it is about
const COLOURS = /\u001B\[[0-9;]*[A-Za-z]/g

/** Runs a program to its end. Never rejects: a program that cannot be started is a result with code 1. */
export const run = (
  program: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<ChildResult> =>
  new Promise((done) => {
    const chunks: Buffer[] = []
    const limit = options.limit ?? 15 * 60_000
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: options.show === true ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that the limit ends grandchildren too.
      detached: true,
    })
    let note = ''
    const killGroup = (): void => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended in the meantime.
      }
    }
    const timer = setTimeout(() => {
      note = `\nended after its limit of ${limit / 1000} s: ${program} ${args.join(' ')}`
      killGroup()
    }, limit)
    const interrupted = (): never => process.exit(130)
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted).once('exit', killGroup)
    const finish = (code: number): void => {
      clearTimeout(timer)
      process.removeListener('SIGINT', interrupted).removeListener('SIGTERM', interrupted)
      process.removeListener('exit', killGroup)
      done({ code, output: (Buffer.concat(chunks).toString('utf8') + note).replaceAll(COLOURS, '') })
    }
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => {
      note = `cannot start ${program}: ${error.message}`
      finish(1)
    })
    child.on('close', (code) => finish(code ?? 1))
  })

/** Runs a script with the Node that runs this one. */
export const runNode = (args: readonly string[], options?: ChildOptions): Promise<ChildResult> =>
  run(process.execPath, args, options)
