import { terminal } from '../../../src/terminal/terminal.ts'

await terminal()
