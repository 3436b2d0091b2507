import { dispatch } from './command/dispatch.ts'
import { workspacePackages } from './command/repository.ts'

// npx -y pnpm@12 soak <name> [--option value]
await dispatch('soak', ['packages/dev/src/soak', ...workspacePackages().map((p) => `${p.folder}/soak`)])
