import { bearer } from '@xconnector/http'
import * as subject from '@xconnector/vip'
import type * as testing from '@xconnector/vip/testing'
import { constant, exempt, failureClass, options, type Table } from '../entry.ts'
import { aFunction, CANARY, count, duration, except, made, required, someTime, url } from '../kinds.ts'

export const vip: Table<typeof subject> = {
  vip: options(
    subject.vip,
    {
      baseUrl: required(url),
      auth: required(made),
      timeout: someTime,
      chunkBytes: count,
      processing: duration,
      compare: aFunction,
      files: except(made, '[]'),
    },
    { baseUrl: 'https://vip.test', auth: bearer(CANARY) },
  ),
  contractProfile: constant,
  compareRevisions: exempt('called for each message, with two revisions as they are stored'),
  newestPerObject: constant,
  Asset: constant,
  Approval: constant,
  SourceRef: constant,
  Version: constant,
  VipEvent: constant,
  ChecksumMismatch: failureClass,
  IllegalMove: failureClass,
  NotApproved: failureClass,
  RightsNotCleared: failureClass,
  SizeMismatch: failureClass,
  SizeUnknown: failureClass,
  UploadElsewhere: failureClass,
  UploadLocked: failureClass,
  UploadLost: failureClass,
  UploadRefused: failureClass,
  VersionNotCurrent: failureClass,
  VersionNotReady: failureClass,
  VersionRejected: failureClass,
}

export const vipTesting: Table<typeof testing> = {
  contract: exempt('it takes nothing'),
  vipServer: exempt('a server of tests, which names what of a request departs from the contract'),
  violationText: exempt('prints what the contract gave'),
}
