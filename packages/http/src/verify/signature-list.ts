/** The most signatures that are looked at: each costs a comparison, and a rotation needs two. */
export const MOST_SIGNATURES = 16

/** An id in a header: no spaces and no comma, which stands between values that a server has joined. */
export const HEADER_ID: RegExp = /^[\x21-\x2b\x2d-\x7e]{1,256}$/
