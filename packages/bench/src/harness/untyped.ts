import { createRequire } from 'node:module'
import { join } from 'node:path'
import { packageFolder } from './places.ts'

/** A peer that has no types, as what of it is used here. */
export const untyped = <T>(name: string): T => createRequire(join(packageFolder, 'package.json'))(name) as T

/** Whether a peer is installed. */
export const isInstalled = (name: string): boolean => {
  try {
    createRequire(join(packageFolder, 'package.json')).resolve(name)
    return true
  } catch {
    return false
  }
}
