import type { AnyStep } from '../flow/op.js'
import type { Process } from './interleaved-process.js'

/** A step whose call begins, and answers, some steps after it was made. */
export const interleavedStep = (process: Process, real: AnyStep): AnyStep => {
  const name = `step ${real.name}`
  return {
    ...real,
    async run(input: never, ctx) {
      if (!(await goesOn(process, name, 'before'))) return never()
      process.say(name, `${ctx.key}, attempt ${ctx.attempt}`)
      const result = await real.run(input, ctx)
      process.say(`${name} → ${result._tag === 'Right' ? 'ok' : result.left._tag}`, ctx.key)
      return (await goesOn(process, name, 'after')) ? result : never()
    },
  }
}

/** Comes to a point of a call, and waits for some steps. */
const goesOn = (process: Process, name: string, when: 'before' | 'after'): Promise<boolean> => {
  const struck = process.point(name, when, false)
  if (struck === 'never') return Promise.resolve(false)
  return new Promise((resolve) => process.later(() => resolve(true)))
}

const never = (): Promise<never> => new Promise(() => {})
