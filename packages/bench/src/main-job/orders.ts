/** What the processes of this bench are asked for; each answers every order once. */
export type Order =
  /** The CMS: to publish and sign so many entries or assets, and keep their webhooks. */
  | { readonly as: 'prepare'; readonly what: What; readonly n: number; readonly url: string }
  /** The CMS: to send what it has kept, so many at a time. Answers when all were taken. */
  | { readonly as: 'send'; readonly width: number }
  /** A receiver: to answer when it has taken in so many more, each once. */
  | { readonly as: 'await'; readonly n: number }
  /** The service: what it has used since it was asked last. */
  | { readonly as: 'usage' }
  | { readonly as: 'stop' }

export type What = 'entries' | 'assets'
