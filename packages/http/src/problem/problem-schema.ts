import type { Decoder } from '@xconnector/core'
import { problemIn, type Problem } from './problem.js'

/**
 * A decoder of problem details: a Standard Schema, for `response` options, flows and wherever else decoders go. It takes any
 * object, by the rules of RFC 9457.
 */
export const problemSchema: Extract<Decoder<Problem>, { readonly '~standard': unknown }> = {
  '~standard': {
    version: 1,
    vendor: 'xconnector',
    validate(value) {
      const problem = problemIn(value)
      return problem === undefined ? { issues: [{ message: 'expected an object' }] } : { value: problem }
    },
  },
}
