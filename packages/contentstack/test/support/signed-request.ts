import type { SignedRequest } from '@xconnector/http'

/** A request as a verifier sees it, from a `Request`. */
export const signedRequest = async (
  request: Request,
  now: number,
  change: { readonly headers?: Record<string, string>; readonly raw?: Uint8Array } = {},
): Promise<SignedRequest> => {
  const headers = new Headers(request.headers)
  for (const [name, value] of Object.entries(change.headers ?? {})) headers.set(name, value)
  return {
    method: request.method,
    path: new URL(request.url).pathname,
    query: new URL(request.url).search.slice(1),
    header: (name) => headers.get(name) ?? undefined,
    headers: (name) => [headers.get(name) ?? []].flat(),
    raw: change.raw ?? new Uint8Array(await request.clone().arrayBuffer()),
    now,
  }
}
