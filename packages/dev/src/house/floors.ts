/**
 * The floors of core, lowest first. A folder uses its own floor and those below. Adding a folder to core's `src` means
 * finding its floor here.
 */
export const floors: readonly (readonly string[])[] = [
  ['result', 'failure', 'message'],
  ['ports', 'decode', 'config'],
  ['journal', 'destination', 'drift'],
  ['step', 'source'],
  ['run'],
  ['route'],
  ['flow', 'patterns', 'formats'],
  ['plan'],
  ['operate'],
  ['runtime'],
  ['testing', 'fp'],
  ['what-if'],
]

/** Which packages the source of a published package may use. */
export const mayUse: Readonly<Record<string, readonly string[]>> = {
  core: [],
  http: ['core'],
  sqlite: ['core'],
  postgres: ['core'],
  contentstack: ['core', 'http'],
  vip: ['core', 'http'],
  sync: ['core', 'http'],
}
