import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes of heap and buffers that something refers to: garbage, of other tests too, is collected first. Takes long. */
export const liveBytes = (): number => {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Looks at the live bytes ten times on the way through `n` things; gives by how much they ever were above the first. */
export const liveGrowth = (n: number): { at(i: number): void; readonly bytes: number } => {
  const every = Math.max(1, Math.floor(n / 10))
  let first: number | undefined
  let most = 0
  return {
    at(i) {
      if (i % every !== 0) return
      const live = liveBytes()
      first ??= live
      most = Math.max(most, live - first)
    },
    get bytes() {
      return most
    },
  }
}
