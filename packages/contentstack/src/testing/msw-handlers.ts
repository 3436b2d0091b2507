import type { RequestHandler } from 'msw'

/** Handlers for msw that answer for some hosts. msw is loaded here: who only listens does not need it. */
export const mswHandlers = async (
  origins: readonly string[],
  handle: (request: Request) => Promise<Response>,
): Promise<readonly RequestHandler[]> => {
  const { http } = await import('msw')
  return origins.map((origin) => http.all(`${origin}/*`, ({ request }) => handle(request)))
}
