/** Milliseconds of the machine's monotonic clock: the same in all processes, and never set back. */
export const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6
