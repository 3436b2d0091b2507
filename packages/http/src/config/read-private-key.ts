import { createPrivateKey, type KeyObject } from 'node:crypto'

type Read = (key: Parameters<typeof createPrivateKey>[0]) => KeyObject

/**
 * A private key from PEM or DER.
 *
 * Node reports the oldest error that OpenSSL holds for the thread, also one that something else left there before, and
 * also when the key was read well. A call that fails takes all of them away, so that a second failure is the key's own.
 *
 * @throws what `createPrivateKey` throws the second time.
 */
export const readPrivateKey: (key: Parameters<Read>[0], read?: Read) => KeyObject = (
  key,
  read = createPrivateKey,
) => {
  try {
    return read(key)
  } catch {
    return read(key)
  }
}
