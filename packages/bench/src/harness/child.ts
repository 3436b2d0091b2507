import { spawn } from 'node:child_process'
import type { Absent, Sample } from './sample.ts'

/** How a variant's process is started. */
export interface ChildOptions {
  /** The script that is run again with `--child <variant>`. */
  readonly script: string
  readonly variant: string
  readonly nodeArguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Milliseconds after which it is ended. */
  readonly limit: number
}

/** Measures a variant in a process of its own. Rejects, with what it printed, when it fails or takes too long. */
export const measureInChild = (o: ChildOptions): Promise<Sample | Absent> =>
  new Promise((resolve, reject) => {
    let measured: Sample | Absent | undefined
    let printed = ''
    const child = spawn(process.execPath, [...o.nodeArguments, o.script, '--child', o.variant], {
      env: { ...process.env, ...o.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), o.limit)
    const ended = (): void => void child.kill('SIGKILL')
    process.once('exit', ended)
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')))
    child.on('message', (message) => (measured = message as Sample | Absent))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      process.removeListener('exit', ended)
      if (measured !== undefined && code === 0) return resolve(measured)
      const why = signal === null ? `exit code ${code}` : `${signal} after at most ${o.limit} ms`
      reject(new Error(`variant "${o.variant}" gave nothing (${why})\n${printed}`))
    })
  })

/** The child's side: runs the variant, hands over what it measured and ends the process. */
export const answerParent = async (measure: () => Promise<Sample | Absent>): Promise<never> => {
  const measured = await measure()
  await new Promise<void>((sent, failed) => {
    process.send!(measured, (error: Error | null) => (error === null ? sent() : failed(error)))
  })
  process.exit(0)
}
