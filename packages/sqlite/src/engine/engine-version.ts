/** SQLite before this loses data when two connections write at the same instant (the WAL-reset bug). */
export const SAFE_VERSION = '3.51.3'

const isOlder = (version: string, than: string): boolean => {
  const a = version.split('.').map(Number)
  const b = than.split('.').map(Number)
  const at = b.findIndex((n, i) => (a[i] ?? 0) !== n)
  return at >= 0 && (a[at] ?? 0) < b[at]!
}

/**
 * What to do about a version of SQLite. One process, with its one writing connection, does not meet the bug, unless the
 * terminal looks at the file at that instant.
 */
export const judgeVersion = (version: string, processes: 'one' | 'many'): 'fine' | 'warn' | 'refuse' => {
  if (!isOlder(version, SAFE_VERSION)) return 'fine'
  return processes === 'many' ? 'refuse' : 'warn'
}
