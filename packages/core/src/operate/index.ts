export { controlledName, holds, type Controlled, type Pause } from './controlled.js'
export type { DestinationStatus, FlowStatus, HopStatus, Status } from './status.js'
export type { OperatorAnswer, OperatorRequest } from './request.js'
export { recordAct, type Act } from './acts.js'
export { adviceFor, type Advice } from './advice.js'
export {
  changeControl,
  CONTROL,
  controlJson,
  pausedMs,
  pauseIn,
  readControl,
  withoutPause,
  withPause,
  type Control,
} from './control.js'
export { readDescription } from './description.js'
export { FLOWS, readFlowNames } from './flow-names.js'
export { maskedHeaders } from './masked-headers.js'
export { maskedJson } from './masked-json.js'
export { mermaid } from '../plan/mermaid.js'
export {
  answerTo,
  ask,
  MOST_IDS,
  readRequests,
  REQUESTS,
  withdraw,
  type OpenRequest,
  type Requests,
  type Taken,
} from './requests.js'
export { statusOf, type StatusOptions, type View } from './status-of.js'
export { storyOf, type Story, type StoryMessage } from './story.js'
