import type { Ledger } from '../ledger.js'

/** The first thing that broke a law while it happened. */
export const breachOf = ({ breaches }: Ledger, law: string): string | undefined =>
  breaches.find((b) => b.law === law)?.why
