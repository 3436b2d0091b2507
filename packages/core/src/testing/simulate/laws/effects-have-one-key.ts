import { law, type Law } from '../law.js'
import type { Called } from '../ledger.js'

/**
 * Every call of a target for one entry goes with one key, which is the entry's id, or begins with it; one message is at one
 * hop under one entry; and all calls of a key to one keyed target have one body.
 */
export const effectsHaveOneKey: Law = law('effectsHaveOneKey', ({ calls }) => {
  const bodies = new Map<string, Called>()
  const keys = new Map<string, Called>()
  for (const call of calls) {
    const { target, key, entry, body } = call
    if (key !== entry && !key.startsWith(`${entry}/`))
      return `${target} was called for ${entry} with the key ${key}`
    const same = bodies.get(`${target}\n${key}`)
    if (same !== undefined && same.body !== body && call.effect === 'keyed')
      return `${target} was called with the key ${key} and two bodies: ${same.body}, then ${body}`
    if (same === undefined) bodies.set(`${target}\n${key}`, call)
    const place = `${target}\n${entry}\n${body}`
    const other = keys.get(place)
    if (other !== undefined && other.key !== key)
      return `${target} was called for ${entry} with two keys: ${other.key}, then ${key}`
    keys.set(place, call)
  }
  return undefined
})
