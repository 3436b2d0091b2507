import { counted } from '@xconnector/example-kit/words'
import { when, whenAny, type Law } from '../finding.ts'

/** Both sides of every exchange with VIP kept the API's description. */
export const contractKept: Law = ({ vip: { violations }, exchanges }) => ({
  holds: `${counted(exchanges.length, 'exchange')} with VIP, every one as openapi.yaml says`,
  broken: [
    ...whenAny(violations, (n, first) => `${counted(n, 'departure')} from openapi.yaml, the first: ${first}`),
    ...when(exchanges.length === 0, () => 'there was no exchange with VIP: nothing is shown'),
  ],
})
