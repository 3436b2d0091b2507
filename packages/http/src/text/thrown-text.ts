/** What was thrown, in a line for the log: for errors their name and message. Never throws itself. */
export const thrownText = (thrown: unknown): string => {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : typeof thrown
  } catch {
    return 'a value that cannot be printed'
  }
}
