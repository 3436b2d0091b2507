/** The header by which the receiver learns which life of which process has called. */
export const PROCESS_HEADER = 'x-process'
