import { median } from './median.ts'
import type { Sample } from './sample.ts'

/** Measures several times in one process and keeps the median of each figure: for work that is short and on a disk. */
export const repeated = async (times: number, measure: () => Promise<Sample>): Promise<Sample> => {
  const samples: Sample[] = []
  for (let i = 0; i < times; i++) samples.push(await measure())
  return Object.fromEntries(
    Object.keys(samples[0]!).map((figure) => [figure, median(samples.map((sample) => sample[figure]!))]),
  )
}
