import { serve } from '../serve.ts'
import { approvedAssetIn, hooks } from './flow.ts'

await serve({ flow: approvedAssetIn, hooks })
