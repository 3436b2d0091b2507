import type { Clock } from '../ports/clock.js'
import type { Intake, Running, Source } from '../source/source.js'

/** Sources at work in one process of a test. */
export class RealSources {
  readonly #under = new Map<Source<unknown, never>, Source<unknown, never>>()
  readonly #running = new Set<Running>()
  // Calls of remotes, and of the journal, that are under way.
  #calls = 0

  /** Whether no source is in the middle of a call. */
  get idle(): boolean {
    return this.#calls === 0
  }

  /** The same source; what it waits for is no reason for time to go on. One source of several flows stays one. */
  of(real: Source<unknown, never>, started: (intake: Intake) => void = () => {}): Source<unknown, never> {
    const known = this.#under.get(real)
    if (known !== undefined) return known
    const source: Source<unknown, never> = {
      name: real.name,
      single: real.single,
      ...(real.settings && { settings: real.settings }),
      ...(real.shape && { shape: real.shape }),
      decode: (raw) => real.decode(raw),
      start: (intake) => {
        started(intake)
        return real.start({
          ...intake,
          clock: this.#clock(intake.clock),
          cursor: () => this.#counted(intake.cursor()),
          state: (names) => this.#counted(intake.state(names)),
          waiting: () => this.#counted(intake.waiting()),
          accept: (...args) => this.#counted(intake.accept(...args)),
        })
      },
    }
    this.#under.set(real, source)
    return source
  }

  /** The same source, driven by whoever sends to it. What it holds, such as a path of an ingress, is free after `kill`. */
  served(real: Source<unknown, never>, started: (intake: Intake) => void = () => {}): Source<unknown, never> {
    const known = this.#under.get(real)
    if (known !== undefined) return known
    const source: Source<unknown, never> = {
      name: real.name,
      single: real.single,
      ...(real.settings && { settings: real.settings }),
      ...(real.shape && { shape: real.shape }),
      decode: (raw) => real.decode(raw),
      start: async (intake) => {
        started(intake)
        const running = await real.start(intake)
        this.#running.add(running)
        return {
          stop: () => {
            this.#running.delete(running)
            return running.stop()
          },
        }
      },
    }
    this.#under.set(real, source)
    return source
  }

  /** The process is killed: nobody waits for what its sources have under way. */
  kill(): void {
    for (const running of this.#running) void (async () => running.stop())().catch(() => {})
    this.#running.clear()
  }

  #counted<A>(answer: Promise<A>): Promise<A> {
    this.#calls++
    return answer.finally(() => this.#calls--)
  }

  // A timer of a call that is under way, such as its time limit, counts as any other does.
  #clock(of: Clock): Clock {
    let open = 0
    const after: Clock['after'] = (ms, f, options) =>
      of.after(ms, f, open > 0 ? options : { background: true })
    return {
      root: of.root ?? of,
      now: () => of.now(),
      sleep: (ms, signal) => of.sleep(ms, signal),
      after,
      soon: (f) => of.soon(f),
      queued: () => of.queued?.() ?? (() => {}),
      scope: (label) => {
        const scope = of.scope!(label)
        let closed = false
        open++
        this.#calls++
        return {
          root: of.root ?? of,
          now: () => scope.now(),
          sleep: (ms, signal) => scope.sleep(ms, signal),
          after: (ms, f, options) => scope.after(ms, f, options),
          soon: (f) => scope.soon(f),
          close: () => {
            if (closed) return
            closed = true
            open--
            this.#calls--
            scope.close()
          },
        }
      },
    }
  }
}
