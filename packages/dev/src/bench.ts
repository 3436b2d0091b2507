import { dispatch } from './command/dispatch.ts'

// npx -y pnpm@12 bench <name> [--option value]
await dispatch('bench', ['packages/bench/src'])
