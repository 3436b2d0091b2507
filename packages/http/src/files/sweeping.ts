import { isFailure, type Intake } from '@xconnector/core'
import type { ClaimStore } from '@xconnector/core/patterns'

const EVERY_MS = 36e5

/** Sweeps a store at once and every hour; gives what ends it. */
export const sweeping = (
  store: ClaimStore,
  keepMs: number,
  { clock, log }: Pick<Intake, 'clock' | 'log'>,
): (() => void) => {
  let cancel = (): void => {}
  let over = false
  const sweep = async (): Promise<void> => {
    try {
      const swept = await store.sweep(`${keepMs}ms`)
      if (swept > 0) log.info({ store: store.name, swept }, 'files that nobody needs any more were removed')
    } catch (thrown) {
      const error = isFailure(thrown) ? `${thrown._tag}: ${thrown.message}` : typeof thrown
      log.warn({ store: store.name, error }, 'a store could not be swept')
    }
    if (!over) cancel = clock.after(EVERY_MS, () => void sweep(), { background: true })
  }
  void sweep()
  return () => {
    over = true
    cancel()
  }
}
