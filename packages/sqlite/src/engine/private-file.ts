import { closeSync, openSync } from 'node:fs'

/**
 * Makes a file that only its owner can read (mode 0600), if it is not there yet. One that is there is not even opened:
 * closing it again would free the locks that this process holds on it (POSIX advisory locks).
 */
export const createPrivate = (file: string): void => {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
