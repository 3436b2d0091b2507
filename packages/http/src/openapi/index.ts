export { generate, type Generated, type GenerateOptions } from './generate.js'
export type { Note } from './document.js'
export { runOpenapi, type Terminal } from './command.js'
