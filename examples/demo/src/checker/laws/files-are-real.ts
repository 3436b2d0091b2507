import { counted } from '@xconnector/example-kit/words'
import { when, whenAny, type Law } from '../finding.ts'
import { megabytes } from '../sizes.ts'

const FORMATS = 6
const LEAST_GZIP = 0.95

/** The files at VIP are of many formats, all different, and one is large and cannot be packed: nobody can cheat with these. */
export const filesAreReal: Law = ({ held, largest, largeBytes }) => {
  const files = [...held.values()]
  const formats = new Set(files.flatMap(({ format }) => format ?? []))
  const unknown = files.filter(({ format }) => format === undefined)
  const alike = files.length - new Set(files.map(({ sha256 }) => sha256)).size
  const part = largest.gzip / Math.max(1, largest.size)
  const percent = (100 * part).toFixed(1)
  return {
    holds:
      `${counted(files.length, 'file')} of ${formats.size} formats by their first bytes, no two alike; the largest is ` +
      `${megabytes(largest.size)}, of which gzip leaves ${percent} %`,
    broken: [
      ...when(formats.size < FORMATS, () => `only ${counted(formats.size, 'format')}; ${FORMATS} at least`),
      ...whenAny(unknown, (n) => `${counted(n, 'file')} at VIP of no format that is known`),
      ...when(alike > 0, () => `${counted(alike, 'file')} at VIP that another is equal to`),
      ...when(
        largest.size < largeBytes,
        () => `the largest file at VIP is ${megabytes(largest.size)}, not ${megabytes(largeBytes)}`,
      ),
      ...when(
        part < LEAST_GZIP,
        () => `gzip leaves ${percent} % of the largest file: it was made of repetitions`,
      ),
    ],
  }
}
