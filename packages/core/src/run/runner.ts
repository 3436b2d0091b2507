import type { May, Result } from '../result/result.js'
import type { Program, RunContext } from './line.js'
import { odd, run } from './loop.js'
import { straighten, type Straight } from './straight.js'

/** After so many calls a program gets code of its own: a flow that is called now and then never does. */
export const HOT = 500

/** Runs one program over and over: by the loop at first, by code of its own once it has proved hot. Same results. */
export class Runner {
  readonly program: Program
  #straight: Straight | undefined
  #calls = 0

  constructor(program: Program) {
    this.program = program
  }

  run(body: unknown, ctx: RunContext): May<Result<unknown, unknown>> {
    const straight = this.#straight
    if (straight !== undefined) return straight(body, ctx)
    if (++this.#calls === HOT) this.#straight = straighten(this.program, odd)
    return run(this.program, body, ctx)
  }
}
