import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The service as a process of its own. */
export interface Service {
  readonly url: string
  /** Asks it to stop; resolves, when it has ended, with its code and signal. */
  stop(): Promise<readonly [code: number | null, signal: string | null]>
  kill(): void
}

/** Starts one of the two services on a free port of loopback. */
export const startService = async (
  framework: 'express' | 'fastify',
  env: Readonly<Record<string, string>>,
): Promise<Service> => {
  const main = join(import.meta.dirname, `../../src/${framework}/main.ts`)
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, NODE_OPTIONS: '', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>
  const lines = createInterface(child.stdout)
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [unknown]
  const url = /^listening on (http:\S+)$/.exec(String(line))?.[1]
  if (url === undefined) throw new Error(`${framework} did not start: ${String(line)}`)
  return {
    url,
    stop() {
      child.kill('SIGTERM')
      return ended
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
