/**
 * Whether a path has `.` or `..` as a segment, also where slashes, backslashes or dots are percent-encoded: what is behind a
 * proxy may decode them, and leave the place that the path was meant to be in.
 */
export const hidesDots = (path: string): boolean =>
  path
    .replace(/%2f|%5c|\\/gi, '/')
    .replace(/%2e/gi, '.')
    .split('/')
    .some((s) => s === '.' || s === '..')
