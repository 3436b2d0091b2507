import { styleText } from 'node:util'

/** One line of what happened, for people. */
export const good = (text: string): string => `  ${styleText('green', '✓')} ${text}`

export const bad = (text: string): string => `  ${styleText('red', '✗')} ${text}`

export const strong = (text: string): string => styleText('bold', text)

export const faint = (text: string): string => styleText('dim', text)
