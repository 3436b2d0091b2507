import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import type { Sender } from './sender.ts'
import type { Sent } from './sent.ts'
import type { SourceFiles } from './source-file.ts'

/** The body of a sender's process: sends the files that its command line names, and tells its parent of the counted one. */
export const sendOnce = async (sender: Sender): Promise<void> => {
  const [url, files] = process.argv.slice(2) as [string, string]
  const { warmUp, counted } = JSON.parse(files) as SourceFiles
  const sockets: Socket[] = []
  subscribe('net.client.socket', (message) => sockets.push((message as { socket: Socket }).socket))
  const written = (): number => sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0)
  const send = sender(url)
  await send(warmUp)
  const writtenBefore = written()
  const used = process.cpuUsage()
  const before = performance.now()
  await send(counted)
  const seconds = (performance.now() - before) / 1000
  const { user, system } = process.cpuUsage(used)
  const sent: Sent = {
    seconds,
    cpu: (user + system) / 1e6,
    peakRss: process.resourceUsage().maxRSS / 1024,
    written: written() - writtenBefore,
  }
  process.send!(sent, () => process.exit(0))
}
