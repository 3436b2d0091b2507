import type { Count, Health, Preview } from '@xconnector/core'

/** A dead letter as the service shows it. `Body`: what the hop that failed was given. */
export interface Letter<Body> {
  readonly id: string
  readonly flow: string
  readonly hop: string
  readonly attempts: number
  readonly tag: string
  readonly status?: number
  readonly answer?: string
  readonly message?: string
  readonly body: Body
}

/** The service's own pages, asked over HTTP as any operator would. */
export interface ServicePages<Body> {
  health(): Promise<Health>
  counts(): Promise<readonly Count[]>
  deadLetters(): Promise<readonly Letter<Body>[]>
  dryRun(): Promise<readonly Preview[]>
  replay(): Promise<{ readonly replayed: number }>
}

/** `base`: the service's origin. */
export const servicePages = <Body>(base: string): ServicePages<Body> => {
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
