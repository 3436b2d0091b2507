/** Headers of every answer: nothing is kept, guessed at, framed, or read by other sites. */
export const GUARDED: Readonly<Record<string, string>> = Object.freeze({
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
})

/** An answer with them. */
export const guarded = <R extends { readonly headers: Readonly<Record<string, string>> }>(reply: R): R => ({
  ...reply,
  headers: { ...GUARDED, ...reply.headers },
})
