import type { LoopWindow } from '../loop-window.js'
import { jsonReply } from '../json-reply.js'
import type { Operated } from '../operated.js'
import type { OpsRoute } from '../route.js'

/** `/livez`: this process gets to its work. Nothing else is asked: whoever restarts it by this mends nothing else. */
export const livez = (loop: LoopWindow, maxLag: number): OpsRoute => ({
  method: 'GET',
  path: '/livez',
  probe: 'livez',
  handle: () => {
    const late = (loop.delay?.p50 ?? 0) * 1000 > maxLag
    return late ? jsonReply({ status: 'late' }, 503) : jsonReply({ status: 'ok' })
  },
})

/** `/readyz`: it takes and works on messages. That is about its journal, and never about a destination. */
export const readyz = (runtime: Pick<Operated, 'health'>): OpsRoute => ({
  method: 'GET',
  path: '/readyz',
  probe: 'readyz',
  handle: () => {
    const { status } = runtime.health()
    return jsonReply({ status }, status === 'ready' ? 200 : 503)
  },
})
