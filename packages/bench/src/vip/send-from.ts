import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Sent } from './sent.ts'
import type { SourceFiles } from './source-file.ts'

/** Runs a sender's script, whose body is `sendOnce`, in a process of its own. Rejects when that fails. */
export const sendFrom = async (path: string, url: string, files: SourceFiles): Promise<Sent> => {
  const child = fork(path, [url, JSON.stringify(files)])
  process.on('exit', () => child.kill('SIGKILL'))
  const ended = new AbortController()
  const gone = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`the sender ended with code ${String(code)}`)
  })
  gone.catch(() => {})
  const [sent] = (await Promise.race([once(child, 'message'), gone])) as [Sent]
  ended.abort()
  return sent
}
