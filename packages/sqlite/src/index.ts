export { sqlite } from './sqlite.js'
export type { Retention, SqliteOptions } from './options.js'
