import type { Server } from 'node:http'
import type { Socket } from 'node:net'

const EVERY_MS = 1

/** Resets the connections of a server, once, when so many bytes have come over them. Gives how many had. */
export const cutOnce = (server: Server, at: number): (() => number) => {
  const open = new Set<Socket>()
  let ended = 0
  let cutAt = 0
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => {
      open.delete(socket)
      ended += socket.bytesRead
    })
  })
  const timer = setInterval(() => {
    const come = [...open].reduce((sum, socket) => sum + socket.bytesRead, ended)
    if (come < at) return
    clearInterval(timer)
    cutAt = come
    for (const socket of open) socket.resetAndDestroy()
  }, EVERY_MS)
  return () => cutAt
}
