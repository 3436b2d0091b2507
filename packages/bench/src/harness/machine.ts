import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** What a run was measured on: figures of two machines are not compared, only their ratios. */
export interface Machine {
  readonly node: string
  readonly platform: string
  readonly cores: number
  readonly processor: string
  readonly memoryGiB: number
  /** The load average of the last minute: above the cores, others were at work. */
  readonly load: number
}

export const machine = (): Machine => ({
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cores: availableParallelism(),
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  load: Math.round(loadavg()[0]! * 100) / 100,
})
