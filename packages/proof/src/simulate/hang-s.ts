import { reference } from './reference.ts'
setTimeout(() => process.exit(), 12000)
await reference({ seed: 82 })
