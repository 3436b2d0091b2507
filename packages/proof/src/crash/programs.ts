import { fileURLToPath } from 'node:url'

/** The files that the processes of a run are started from. */
export interface Programs {
  readonly service: string
  readonly producer: string
  readonly receiver: string
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** As they are, on the built packages. */
export const programs: Programs = {
  service: at('service/service.ts'),
  producer: at('producer/producer.ts'),
  receiver: at('receiver/receiver.ts'),
}
