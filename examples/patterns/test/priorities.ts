import { http, HttpResponse, type RequestHandler } from 'msw'
import type { Priority } from '../windowed-score/systems.ts'

/** The system that priorities are put to: it keeps the highest revision of each entry and hour, and answers 409 to others. */
export interface Priorities {
  readonly handler: RequestHandler
  readonly kept: ReadonlyMap<string, Priority>
  /** Everything that was put, in the order in which it came. */
  readonly puts: readonly Priority[]
  down: boolean
}

export const priorities = (): Priorities => {
  const kept = new Map<string, Priority>()
  const puts: Priority[] = []
  const system = {
    kept,
    puts,
    down: false,
    handler: http.put('https://priorities.test/entries/:entry/hours/:hour/priority', async ({ request }) => {
      if (system.down) return new HttpResponse(null, { status: 503 })
      const priority = (await request.json()) as Priority
      const place = `${priority.entry} ${priority.hour}`
      if ((kept.get(place)?.revision ?? -1) > priority.revision)
        return new HttpResponse(null, { status: 409 })
      kept.set(place, priority)
      puts.push(priority)
      return new HttpResponse(null, { status: 204 })
    }),
  }
  return system
}
