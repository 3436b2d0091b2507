/** What a process has used. */
export interface Usage {
  /** Milliseconds of processor time, in all threads, since it was asked last. */
  readonly cpuMs: number
  /** MiB. */
  readonly peakRss: number
}

/** Tells what this process has used since it was asked last. */
export const used = (): (() => Usage) => {
  let before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    before = process.cpuUsage()
    return { cpuMs: (user + system) / 1000, peakRss: process.resourceUsage().maxRSS / 1024 }
  }
}
