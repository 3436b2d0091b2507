/** The name of the flow whose alert hop tells what no flow's route tells: crashes and lost alerts. */
export const RUNTIME = '(runtime)'

/** Whether a hop delivers alerts. Such hops are in no flow's plan. */
export const isAlertHop = (hop: string): boolean => hop.startsWith('alert ')
