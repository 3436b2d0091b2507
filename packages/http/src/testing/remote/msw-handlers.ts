import type { RequestHandler } from 'msw'
import type { OnTheWire } from './on-wire.js'

/** Handlers for msw that answer every request below a base URL. msw is loaded here: who only listens does not need it. */
export const mswHandlers = async (
  base: string,
  answer: (request: Request) => Promise<OnTheWire>,
): Promise<RequestHandler[]> => {
  const { http, HttpResponse } = await import('msw')
  const all = async ({ request }: { readonly request: Request }): Promise<Response> => {
    const response = await answer(request)
    return response === 'cut' ? HttpResponse.error() : response
  }
  return [http.all(`${base}/*`, all)]
}
