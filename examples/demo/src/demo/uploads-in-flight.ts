import { setTimeout as wait } from 'node:timers/promises'
import type { Member } from '@xconnector/example-kit/crew'
import type { UnfinishedUpload } from '../vip/unfinished-uploads.ts'

const EVERY_MS = 5
const PATIENCE_MS = 60_000

/** Asks VIP, not the service, for the uploads of which some bytes are there and some are not. */
export const uploadsInFlight = async (vip: Member): Promise<readonly UnfinishedUpload[]> => {
  const answer = vip.heard<readonly UnfinishedUpload[]>('uploads')
  vip.send({ uploads: true })
  return answer
}

/** Waits until one upload has so many bytes, or until `orElse`. @throws when neither is so after a minute. */
export const untilUploaded = async (
  vip: Member,
  bytes: number,
  orElse: () => boolean = () => false,
): Promise<void> => {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const uploads = await uploadsInFlight(vip)
    if (orElse() || uploads.some(({ received }) => received >= bytes)) return
    if (performance.now() > until)
      throw new Error(`after a minute no upload in flight has ${bytes} bytes: ${JSON.stringify(uploads)}`)
    await wait(EVERY_MS)
  }
}
