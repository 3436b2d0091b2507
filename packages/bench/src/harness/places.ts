import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder of this package. */
export const packageFolder: string = resolve(import.meta.dirname, '../..')

/** The checkout that holds it. */
export const checkout: string = resolve(packageFolder, '../..')

/** A folder for what a bench makes and needs for its run only; inside the package, so that its peers are found from there. */
export const workFolder = (bench: string): string => {
  const folder = join(packageFolder, '.data', bench)
  mkdirSync(folder, { recursive: true })
  return folder
}
