import type { VipServer } from '@xconnector/vip/testing'
import { DurableLines } from '@xconnector/example-kit/durable-lines'
import { evidenceIn, type ExchangeLine } from '../shared/evidence.ts'

const EVERY_MS = 50

/** Writes the exchanges of a server down as they end. The function that it gives writes what is left. */
export const writeExchanges = async (server: VipServer, folder: string): Promise<() => Promise<void>> => {
  const lines = await DurableLines.open<ExchangeLine>(evidenceIn(folder).exchanges)
  let written = 0
  const write = async (): Promise<void> => {
    const ended = server.log.slice(written)
    written += ended.length
    await Promise.all(
      ended.map(({ at, ms, method, path, status, bytes, uploadOffset }) =>
        lines.append({
          at,
          ended: at + ms,
          method,
          path: path.split('?')[0]!,
          status,
          received: bytes,
          ...(uploadOffset !== undefined && { offset: uploadOffset }),
        }),
      ),
    )
  }
  setInterval(() => void write(), EVERY_MS).unref()
  return write
}
