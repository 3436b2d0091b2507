const PREFIX = 'blt'
const DIGITS = 16

/** The uid of the message of a number, as the CMS writes uids. */
export const uidOf = (message: number): string => PREFIX + message.toString(16).padStart(DIGITS, '0')

/** The number that a uid is of; NaN where it is of none. */
export const messageOf = (uid: string): number =>
  uid.startsWith(PREFIX) && uid.length === PREFIX.length + DIGITS
    ? Number.parseInt(uid.slice(PREFIX.length), 16)
    : Number.NaN
