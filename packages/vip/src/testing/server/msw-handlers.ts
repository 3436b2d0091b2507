import type { RequestHandler } from 'msw'

/**
 * Handlers for msw that answer every request below a base URL; `cut` becomes a network error. msw is loaded here: who only
 * listens does not need it.
 */
export const mswHandlers = async (
  base: string,
  answer: (request: Request) => Promise<Response | 'cut'>,
): Promise<RequestHandler[]> => {
  const { http, HttpResponse } = await import('msw')
  return [
    http.all(`${base}/*`, async ({ request }) => {
      const response = await answer(request)
      return response === 'cut' ? HttpResponse.error() : response
    }),
  ]
}
