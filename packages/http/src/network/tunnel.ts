import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure, type ConnectionOptions } from 'node:tls'
import { NetworkFault } from './network-fault.js'
import type { Proxy } from './proxy-rules.js'
import { LONGEST_STEP_MS, whenStands, type Connected } from './when-stands.js'

/** Connects to a proxy. What goes wrong on the way is `PROXY_UNREACHABLE`, or what its certificate is at fault for. */
export const connectProxy = (proxy: Proxy, tls: ConnectionOptions, done: Connected): Socket => {
  const { host, port } = proxy
  const socket = proxy.secure
    ? connectSecure({
        ...tls,
        host,
        port,
        ...(isName(host) && { servername: host }),
        ALPNProtocols: ['http/1.1'],
      })
    : connectPlain({ host, port })
  const named = (fault: ({ readonly code?: string } & Error) | undefined): Error =>
    fault !== undefined && CERTIFICATE.test(fault.code ?? '') ? fault : new NetworkFault('PROXY_UNREACHABLE')
  return whenStands(socket, proxy.secure ? 'secureConnect' : 'connect', named, done)
}

const CERTIFICATE = /CERT|ERR_TLS|ERR_SSL|ISSUER|SIGNATURE/
const isName = (host: string): boolean => !/^[\d.]+$|:/.test(host)

const MOST_HEAD = 16 * 1024

/**
 * Opens a tunnel through a proxy (`CONNECT`, RFC 9110, 9.3.6). Gives the socket that it connects by, at once, so that it can
 * be destroyed, and the tunnel when it stands: what comes over it is the other side's.
 */
export const openTunnel = (
  proxy: Proxy,
  tls: ConnectionOptions,
  to: { readonly host: string; readonly port: number },
  done: Connected,
): Socket =>
  connectProxy(proxy, tls, (fault, socket) => {
    if (socket === null) return done(fault, null)
    const authority = `${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}`
    let head = Buffer.alloc(0)
    const end = (code: NetworkFault['code'] | undefined): void => {
      socket.off('data', came).off('error', lost).off('close', lost).off('timeout', late).pause()
      socket.setTimeout(0)
      if (code === undefined) return done(null, socket)
      socket.on('error', () => {}).destroy()
      done(new NetworkFault(code), null)
    }
    const lost = (): void => end('PROXY_REFUSED')
    const late = (): void => end('CONNECT_TIMEOUT')
    const came = (piece: Buffer): void => {
      head = Buffer.concat([head, piece])
      const over = head.indexOf('\r\n\r\n')
      if (over === -1) return head.length > MOST_HEAD ? lost() : undefined
      const [, status] = /^HTTP\/1\.[01] (\d{3})(?: |\r)/.exec(head.toString('latin1', 0, over + 2)) ?? []
      if (status === undefined || !status.startsWith('2'))
        return end(status === '407' ? 'PROXY_AUTHENTICATION_REQUIRED' : 'PROXY_REFUSED')
      const rest = head.subarray(over + 4)
      end(undefined)
      if (rest.length > 0) socket.unshift(rest)
    }
    socket.setTimeout(LONGEST_STEP_MS)
    socket.on('data', came).once('error', lost).once('close', lost).once('timeout', late)
    socket.write(
      `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n` +
        (proxy.authorization === undefined ? '' : `Proxy-Authorization: ${proxy.authorization}\r\n`) +
        '\r\n',
      'latin1',
    )
  })
