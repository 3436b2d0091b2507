import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectSecure, type ConnectionOptions } from 'node:tls'
import type { Connector } from './connector.js'
import { bareHost } from './loopback-host.js'
import { namedByOpenssl } from './named-by-openssl.js'
import type { Network, Wanted } from './network.js'
import { openTunnel } from './tunnel.js'
import { whenStands, type Connected } from './when-stands.js'

const MOST_SESSIONS = 100

/** The `connect` of undici's pools: the same rules as the agents'. A proxy is always used by a tunnel. */
export const undiciConnect = (connector: Connector): Network['connect'] => {
  const sessions = new Map<string, Buffer>()
  const secured = (
    to: Wanted,
    host: string,
    port: number,
    tunnel: Socket | undefined,
    done: Connected,
  ): Socket => {
    const { generation, material } = connector.held()!
    const servername = material.options.servername ?? to.servername ?? (isIP(host) === 0 ? host : '')
    const key = `${generation}:${host}:${port}:${servername}`
    const session = sessions.get(key)
    const options: ConnectionOptions = {
      ...material.options,
      ...connector.lookup,
      host,
      port,
      servername,
      ALPNProtocols: ['http/1.1'],
      ...(tunnel !== undefined && { socket: tunnel }),
      ...(session !== undefined && { session }),
    }
    const socket = namedByOpenssl(connectSecure(options))
    socket.on('session', (fresh: Buffer) => {
      if (sessions.size >= MOST_SESSIONS) sessions.clear()
      sessions.set(key, fresh)
    })
    return stands(socket, 'secureConnect', (fault, made) => {
      if (fault !== null) sessions.delete(key)
      done(fault, made)
    })
  }
  return (to, done) => {
    const secure = to.protocol === 'https:'
    const host = bareHost(to.hostname)
    const port = Number(to.port || (secure ? 443 : 80))
    if (secure && connector.held() === undefined) return done(connector.unread(), null)
    const route = connector.route(secure, host, port)
    if ('fault' in route) return done(route.fault, null)
    const { proxy } = route
    if (proxy !== undefined)
      return void openTunnel(proxy, connector.forProxy(), { host, port }, (fault, tunnel) => {
        if (tunnel === null || !secure) done(fault, tunnel)
        else secured(to, host, port, tunnel, done)
      })
    if (secure) return void secured(to, host, port, undefined, done)
    stands(connectPlain({ host, port, ...connector.lookup }), 'connect', done)
  }
}

const stands = (socket: Socket, event: 'connect' | 'secureConnect', done: Connected): Socket => {
  socket.setNoDelay(true).setKeepAlive(true, 60_000)
  return whenStands(socket, event, (fault) => fault ?? closed(), done)
}

const closed = (): Error => Object.assign(new Error('closed'), { code: 'ECONNRESET' })
