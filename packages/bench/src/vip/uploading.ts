import type { Sample, Variant } from '../harness/sample.ts'
import type { Receiving } from './receiver-orders.ts'
import { startReceiver } from './receiver-process.ts'
import { sendInProcess, type SenderName } from './sender-process.ts'
import { sourceFiles } from './source-file.ts'

const MIB = 1024 * 1024

/** What is sent where, and whether the connection is cut on the way. */
export interface Uploading {
  readonly sender: SenderName
  readonly to: Receiving
  /** The share of the file after which the receiver cuts the connection. */
  readonly cutAt?: number
}

/**
 * Sends the file once and looks at what arrived. `re-sent MiB` is what the sender gave to its connections beyond the file,
 * heads of requests included.
 */
export const uploading =
  ({ sender, to, cutAt }: Uploading): Variant =>
  async (): Promise<Sample> => {
    const files = sourceFiles()
    const { warmUp, counted: file } = files
    const cutAfter = cutAt === undefined ? undefined : warmUp.size + cutAt * file.size
    const receiver = await startReceiver(to, cutAfter)
    const mib = file.size / MIB
    const { seconds, cpu, peakRss, written } = await sendInProcess(sender, receiver.url, files)
    const received = await receiver.received()
    await receiver.end()
    if (received.bytes !== file.size) throw new Error(`${received.bytes} bytes of ${file.size} arrived`)
    if ((received.sha256 ?? file.sha256) !== file.sha256)
      throw new Error('other bytes arrived than were sent')
    if (cutAt === undefined)
      return { 'peak RSS MiB': peakRss, 'MiB/s': mib / seconds, 'CPU s/GiB': (1024 * cpu) / mib }
    if (received.cutAt === 0) throw new Error('the connection was not cut: --mib is too small')
    return {
      'peak RSS MiB': peakRss,
      'seconds, cut': seconds,
      'cut at %': (100 * (received.cutAt - warmUp.size)) / file.size,
      're-sent MiB': (written - file.size) / MIB,
    }
  }
