/** `24.3 MB`; of less than one `317 kB` */
export const megabytes = (bytes: number): string =>
  bytes >= 999_500 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e3)} kB`

/** `2.4 MiB` */
export const mebibytes = (bytes: number): string => `${(bytes / (1024 * 1024)).toFixed(1)} MiB`
