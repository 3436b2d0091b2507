import type { Count, Health, Preview } from '@xconnector/core'

/** A dead letter as the service shows it. */
export interface Letter {
  readonly id: string
  readonly hop: string
  readonly tag: string
  readonly status?: number
  readonly answer?: string
  readonly body: { readonly sku: string; readonly version: number }
}

/** The service's own pages, asked over HTTP as any operator would. */
export interface ServicePages {
  health(): Promise<Health>
  counts(): Promise<readonly Count[]>
  deadLetters(): Promise<readonly Letter[]>
  dryRun(): Promise<readonly Preview[]>
  replay(): Promise<{ readonly replayed: number }>
}

export const servicePages = (base: string): ServicePages => {
  const ask = async <A>(method: string, page: string): Promise<A> => {
    const answer = await fetch(`${base}/admin/${page}`, { method })
    if (!answer.ok)
      throw new Error(`the service's page ${page} answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as A
  }
  return {
    health: () => ask('GET', 'health'),
    counts: () => ask('GET', 'counts'),
    deadLetters: () => ask('GET', 'dead-letters'),
    dryRun: () => ask('GET', 'dry-run'),
    replay: () => ask('POST', 'replay'),
  }
}
