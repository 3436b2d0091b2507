/** `24.3 MB`; of less than one `317 kB` */
export const megabytes = (bytes: number): string =>
  bytes >= 999_500 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e3)} kB`

const MIB = 1024 * 1024

/** `2.4 MiB`; of less than a tenth `49 KiB` */
export const mebibytes = (bytes: number): string =>
  bytes >= MIB / 10 ? `${(bytes / MIB).toFixed(1)} MiB` : `${Math.round(bytes / 1024)} KiB`
