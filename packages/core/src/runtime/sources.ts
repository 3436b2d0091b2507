import { failureToJson } from '../failure/to-json.js'
import type { Plan } from '../plan/plan.js'
import type { Running, Source } from '../source/source.js'
import { intake, type IntakePorts } from './intake.js'
import { SourceLease } from './source-lease.js'

/** Starts and stops the sources of a runtime. Sources marked `single` run only under the journal's lease. */
export class Sources {
  readonly #ports: IntakePorts
  readonly #owner: string
  readonly #bySource = new Map<Source<unknown, never>, Plan[]>()
  readonly #running = new Set<Running>()
  readonly #ending = new Set<Running>()
  readonly #leases: SourceLease[] = []
  /** The stop does not wait for them any more. */
  #left = false

  constructor(ports: IntakePorts, owner: string, plans: readonly Plan[]) {
    this.#ports = ports
    this.#owner = owner
    for (const p of plans) {
      const source = p.definition.source
      if (source === undefined) continue
      this.#bySource.set(source, [...(this.#bySource.get(source) ?? []), p])
    }
  }

  async start(): Promise<void> {
    for (const [source, plans] of this.#bySource) {
      const begin = async (): Promise<Running> => {
        const running = await source.start(intake(this.#ports, source, plans))
        this.#running.add(running)
        return running
      }
      if (!source.single) {
        await begin()
        continue
      }
      const lease = new SourceLease(this.#ports, `lease:${source.name}`, this.#owner, begin, (r) =>
        this.#end(r),
      )
      this.#leases.push(lease)
      await lease.start()
    }
  }

  /** Waits for them to stop, `within` milliseconds at most: one that does not stop is left behind. */
  async stop(within: number): Promise<void> {
    const { clock, log } = this.#ports.env
    let cancel = (): void => {}
    const late = new Promise<'late'>((resolve) => (cancel = clock.after(within, () => resolve('late'))))
    const ended = await Promise.race([this.#stopAll(), late])
    cancel()
    this.#left = true
    if (ended === 'late') log.warn({ sources: this.#running.size, within }, 'a source did not stop in time')
  }

  async #stopAll(): Promise<void> {
    await Promise.all(this.#leases.map((l) => l.stop(() => this.#left)))
    await Promise.all([...this.#running].map((r) => this.#end(r)))
  }

  async #end(running: Running): Promise<void> {
    if (!this.#running.has(running) || this.#ending.has(running)) return
    this.#ending.add(running)
    try {
      await running.stop()
    } catch (thrown) {
      this.#ports.env.log.warn({ error: failureToJson(thrown) }, 'a source did not stop cleanly')
    }
    this.#running.delete(running)
    this.#ending.delete(running)
  }
}
