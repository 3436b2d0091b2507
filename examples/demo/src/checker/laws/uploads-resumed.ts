import { counted } from '@xconnector/example-kit/words'
import { when, whenAny, type Law } from '../finding.ts'
import { mebibytes } from '../sizes.ts'
import { isInFlightAt, restartedIn, sentBytes } from '../uploads.ts'

const MIB = 1024 * 1024
const MOST_AGAIN = 16 * MIB
const MOST_AT_ONCE = 8 * MIB

/** An upload goes on where it was; what a kill costs is little. */
export const uploadsResumed: Law = ({ announced, uploads, kills, vip }) => {
  const covered = new Map(uploads.map((upload) => [upload.id, upload.covered]))
  const unseen = vip.assets.flatMap(({ versions }) =>
    versions.filter(({ upload, size }) => (covered.get(upload) ?? 0) < size),
  )
  const { again } = sentBytes(announced, uploads)
  const most = MOST_AGAIN * kills.length
  const largest = Math.max(
    0,
    ...uploads.flatMap(({ stretches }) => stretches.map(({ from, to }) => to - from)),
  )
  const resumed = uploads.filter((upload) =>
    kills.some(({ at }) => isInFlightAt(upload, at) && upload.stretches.some((s) => s.at > at && s.from > 0)),
  )
  return {
    holds:
      `${counted(resumed.length, 'upload')} went on after the kill where the bytes had ended: ${mebibytes(again)} sent ` +
      `again (${mebibytes(most)} at most), ${mebibytes(largest)} at once`,
    broken: [
      ...whenAny(
        unseen,
        (n, { filename, upload }) =>
          `the bytes of ${counted(n, 'version')} are at VIP, but its log does not show how they came, ` +
          `such as ${filename ?? upload}`,
      ),
      ...whenAny(
        restartedIn(announced, uploads),
        (n, { filename }) =>
          `${counted(n, 'file')} uploaded anew from the start although a part had arrived, such as ${filename}`,
      ),
      ...when(
        again > most,
        () =>
          `${mebibytes(again)} were sent again; ${counted(kills.length, 'kill')} may cost ${mebibytes(most)}`,
      ),
      ...when(
        largest > MOST_AT_ONCE,
        () => `${mebibytes(largest)} in one request; ${mebibytes(MOST_AT_ONCE)} is the most`,
      ),
      ...when(resumed.length === 0, () => 'no upload went on after the kill: nothing is shown'),
    ],
  }
}
