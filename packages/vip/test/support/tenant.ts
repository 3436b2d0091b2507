import { systemClock, type Clock } from '@xconnector/core'
import { bearer } from '@xconnector/http'
import { vip, type Vip, type VipOptions } from '../../src/index.js'
import { contract, vipServer, type VipServer, type VipServerOptions } from '../../src/testing/index.js'
import { MemoryFiles } from './memory-files.js'

/** A reference server on loopback, files to put, and a client of it. */
export interface Tenant extends AsyncDisposable {
  readonly server: VipServer
  readonly url: string
  readonly files: MemoryFiles
  readonly dam: Vip
  /** Another client, as after a restart of the process. */
  restarted(options?: Partial<VipOptions>): Vip
}

// Compiled once: it is what takes longest.
const CONTRACT = contract()

/** A clock whose sleeps do not wait; all else is the platform's. */
export const hasty: Clock = { ...systemClock, sleep: () => Promise.resolve() }

export const tenant = async (
  options: VipServerOptions = {},
  client: Partial<VipOptions> = {},
): Promise<Tenant> => {
  const server = vipServer({ contract: CONTRACT, ...options })
  const { url } = await server.listen()
  const files = new MemoryFiles()
  const clients: Vip[] = []
  const restarted = (more: Partial<VipOptions> = {}): Vip => {
    const dam = vip({
      baseUrl: url,
      auth: bearer(server.token),
      files,
      destination: { circuit: false },
      ports: { clock: hasty },
      ...client,
      ...more,
    })
    clients.push(dam)
    return dam
  }
  return {
    server,
    url,
    files,
    dam: restarted(),
    restarted,
    async [Symbol.asyncDispose]() {
      for (const each of clients) each.close()
      await server.close()
    },
  }
}
