import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import type { Sender } from './sender.ts'
import type { Sent } from './sent.ts'

/** The body of a sender's process: sends the file that its command line names, and tells its parent. */
export const sendOnce = async (sender: Sender): Promise<void> => {
  const [url, path, size, sha256] = process.argv.slice(2) as [string, string, string, string]
  const send = sender(url, { path, size: Number(size), sha256 })
  const sockets: Socket[] = []
  subscribe('net.client.socket', (message) => sockets.push((message as { socket: Socket }).socket))
  const used = process.cpuUsage()
  const before = performance.now()
  await send()
  const seconds = (performance.now() - before) / 1000
  const { user, system } = process.cpuUsage(used)
  const sent: Sent = {
    seconds,
    cpu: (user + system) / 1e6,
    peakRss: process.resourceUsage().maxRSS / 1024,
    written: sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0),
  }
  process.send!(sent, () => process.exit(0))
}
