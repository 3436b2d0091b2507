import { oneCheck, type Step, type StepResult } from './step.ts'

/** A step that has ended. */
export interface Ended {
  readonly step: Step
  readonly result: StepResult
  /** Milliseconds. */
  readonly took: number
}

const attempt = async (step: Step): Promise<StepResult> => {
  try {
    const result = await step.run()
    const nothing = result.passed + result.failed + result.skipped === 0
    return nothing ? oneCheck(false, `${result.output}\nit checked nothing`) : result
  } catch (error) {
    return oneCheck(false, error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
}

/**
 * Runs steps, at most `lanes` at a time, in the order of the list as far as their needs allow. A step whose needs failed
 * is not run and counts as one failure. Never rejects.
 */
export const runSteps = async (
  steps: readonly Step[],
  lanes: number,
  onEnd: (ended: Ended) => void,
): Promise<readonly Ended[]> => {
  const ended = new Map<string, Ended>()
  const running = new Map<string, Promise<void>>()
  const waiting = new Set(steps)
  const passed = (name: string): boolean => ended.get(name)?.result.failed === 0
  const end = (e: Ended): void => {
    ended.set(e.step.name, e)
    onEnd(e)
  }
  const start = (step: Step): void => {
    waiting.delete(step)
    const broken = (step.after ?? []).filter((name) => ended.has(name) && !passed(name))
    if (broken.length > 0) {
      end({ step, result: oneCheck(false, `not run, because this failed: ${broken.join(', ')}`), took: 0 })
      return
    }
    const began = performance.now()
    const work = attempt(step).then((result) => {
      running.delete(step.name)
      end({ step, result, took: performance.now() - began })
    })
    running.set(step.name, work)
  }
  let exclusive = false
  while (waiting.size > 0 || running.size > 0) {
    if (running.size === 0) exclusive = false
    for (const step of waiting) {
      if (running.size >= lanes || exclusive) break
      const ready = (step.after ?? []).every((name) => ended.has(name))
      if (!ready || (step.alone === true && running.size > 0)) continue
      start(step)
      exclusive = step.alone === true && running.has(step.name)
    }
    if (running.size > 0) await Promise.race(running.values())
    else if (waiting.size > 0 && ![...waiting].some((s) => (s.after ?? []).every((name) => ended.has(name))))
      throw new Error(
        `these steps wait for steps that are not in the list: ${[...waiting].map((s) => s.name).join()}`,
      )
  }
  return steps.map((step) => ended.get(step.name)!)
}
