/**
 * The code that decides about messages: each of its branches must be taken by a test of core or of the SQLite journal.
 * Folders end in a slash. Relative to the root.
 */
export const STATE_MACHINES: readonly string[] = [
  'packages/core/src/route/',
  'packages/core/src/run/',
  'packages/core/src/journal/',
  'packages/core/src/plan/',
  ...[
    'accepting',
    'attempt',
    'dead-letters',
    'emit',
    'ending',
    'intake',
    'joining',
    'judge',
    'open-split',
    'open-splits',
    'parking',
    'settler',
    'slots',
    'split',
    'split-context',
    'split-items',
    'split-joined',
    'worker',
  ].map((name) => `packages/core/src/runtime/${name}.ts`),
  ...['bucket', 'circuit', 'gate', 'parking', 'retry-budget'].map(
    (name) => `packages/core/src/destination/${name}.ts`,
  ),
  'packages/sqlite/src/engine/',
]

/** Whether a file, relative to the root, is part of them. */
export const isStateMachine = (file: string): boolean =>
  STATE_MACHINES.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place))
