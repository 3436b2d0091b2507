import type { Issue } from '../failure/decode-failed.js'
import { checkOf } from './guard-check.js'
import { collectOf } from './guard-collect.js'
import { planOf } from './guard-planner.js'
import { Writer } from './guard-writer.js'
import type { Codec } from './io-ts-origin.js'
import { expected } from './io-ts.js'

/** A codec, compiled. */
export interface Guard {
  /** 1: the value decodes, to itself. 0: it does not decode. 2: only io-ts can tell. */
  check(value: unknown): 0 | 1 | 2
  /** Pushes the issues that decoding would report onto `out`, in its order. 2: only io-ts can tell. */
  collect(value: unknown, out: Issue[]): 0 | 2
}

/**
 * Compiles an io-ts codec to straight-line code; undefined where it cannot be compiled, or code generation is not
 * allowed.
 *
 * Nothing a codec holds becomes code: keys, literals and names are written as JSON texts, the rest is handed in.
 */
export const compile = (codec: Codec): Guard | undefined => {
  try {
    const plan = planOf(codec)
    if (plan === undefined) return undefined
    const w = new Writer(plan)
    const check = checkOf(plan, 'v', 'return 0;', w)
    const collect = collectOf(plan, { v: 'v', path: [], message: JSON.stringify(expected(codec.name)) }, w)
    const source = `"use strict";${w.functions.join('')}return{check(v){${check}return 1},collect(v,out){${collect}return 0}}`
    // oxlint-disable-next-line typescript/no-implied-eval
    const make = new Function('has', 'isArray', 'keys', ...w.constants.map((_, i) => `k${i}`), source)
    return make(Object.hasOwn, Array.isArray, Object.keys, ...w.constants) as Guard
  } catch {
    // Code generation is disallowed, or the codec is too deep or too odd to read: io-ts decodes it.
    return undefined
  }
}
