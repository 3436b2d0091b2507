import { refused, responseOf } from './envelope.js'

/** A fault that the next matching requests meet. */
export interface Fault {
  /** How many requests meet it. Default 1. */
  readonly times?: number
  /**
   * A status answered in the API's envelope; `'hang'`: no answer at all; `{ cut }`: the answer breaks off after so many
   * bytes of its body.
   */
  readonly with: number | 'hang' | { readonly cut: number }
  /** Which requests: a part of the path, a pattern for it, or a test. Default: all. */
  readonly match?: string | RegExp | ((request: Request) => boolean)
  /** Headers of a status, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The faults that wait for their requests. */
export interface Faults {
  add(fault: Fault): void
  /** The fault that a request meets, if any; it counts. */
  meet(request: Request): Fault | undefined
}

/** No faults yet. */
export const faultScript = (): Faults => {
  const waiting: { fault: Fault; left: number }[] = []
  return {
    add(fault) {
      waiting.push({ fault, left: fault.times ?? 1 })
    },
    meet(request) {
      const i = waiting.findIndex(({ fault, left }) => left > 0 && matches(fault.match, request))
      const found = waiting[i]
      if (found === undefined) return undefined
      found.left--
      if (found.left === 0) waiting.splice(i, 1)
      return found.fault
    },
  }
}

/** What a request that met a fault gets, from the answer that it would have got. */
export const faulty = async (fault: Fault, request: Request, answer: () => Response): Promise<Response> => {
  if (fault.with === 'hang') return hang(request.signal)
  if (typeof fault.with === 'number')
    return responseOf(refused(fault.with, fault.with, 'A fault that the test asked for.'), fault.headers)
  return cut(answer(), fault.with.cut)
}

const matches = (match: Fault['match'], request: Request): boolean => {
  if (match === undefined) return true
  if (typeof match === 'function') return match(request)
  const { pathname } = new URL(request.url)
  return typeof match === 'string' ? pathname.includes(match) : match.test(pathname)
}

const hang = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })

const cut = ({ status, headers, body }: Response, most: number): Response => {
  const reader = body?.getReader()
  let left = most
  const broken = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = left > 0 ? await reader?.read() : undefined
      if (chunk?.value === undefined) {
        await reader?.cancel()
        return controller.error(new Error('cut by the test'))
      }
      controller.enqueue(chunk.value.subarray(0, left))
      left -= chunk.value.byteLength
    },
  })
  return new Response(broken as ReadableStream<Uint8Array<ArrayBuffer>>, { status, headers })
}
