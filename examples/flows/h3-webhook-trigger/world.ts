import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { onLoopback } from '../on-loopback.ts'
import { secrets } from './signing.ts'

/** The systems, in one server on loopback. */
export interface World extends AsyncDisposable {
  /** For the environment of the service. */
  readonly settings: Readonly<Record<string, string>>
  /** What they were asked, each with its body. */
  readonly asked: string[]
}

/** Starts the systems. */
export const startWorld = async (): Promise<World> => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push(`${request.method} ${request.url} ${body}`)
      response.writeHead(204).end()
    })
  })
  const { url, [Symbol.asyncDispose]: close } = await onLoopback(server)
  const urls = ['CHAT', 'TASKS', 'CRM', 'PAGER'].map((name) => [`${name}_URL`, url])
  return { settings: { ...secrets, ...Object.fromEntries(urls) }, asked, [Symbol.asyncDispose]: close }
}
