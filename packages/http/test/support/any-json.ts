import type { Decoder, Json } from '@xconnector/core'

/** A decoder that takes any JSON as it is. */
export const anyJson: Decoder<Json> = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value: value as Json }) },
}
