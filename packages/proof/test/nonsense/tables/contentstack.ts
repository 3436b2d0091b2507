import * as subject from '@xconnector/contentstack'
import * as testing from '@xconnector/contentstack/testing'
import { args, constant, exempt, failureClass, options, row, rows, type Table } from '../entry.ts'
import {
  aList,
  CANARY,
  choice,
  duration,
  except,
  required,
  secret,
  someList,
  someTime,
  words,
} from '../kinds.ts'

export const contentstack: Table<typeof subject> = {
  contentstack: options(
    subject.contentstack,
    {
      region: choice,
      apiKey: required(secret),
      managementToken: secret,
      'delivery.token': required(secret),
      name: words,
      timeout: someTime,
    },
    { apiKey: CANARY, delivery: { token: CANARY, environment: 'live' } },
  ),
  hmac: args(
    subject.hmac,
    { secret: CANARY, options: {} },
    { secret: required(except(secret, '[the secret]')), 'options.tolerance': duration },
  ),
  platformSignature: rows(
    row(subject.platformSignature, { tolerance: duration }, {}),
    row(subject.platformSignature, { region: choice }, {}, { named: 'contentstack' }),
  ),
  newestPerItem: constant,
  ApiFailure: exempt('the base class of two failures, which is extended and not called'),
  ItemNotFound: failureClass,
  StackRejected: failureClass,
  FileChanged: failureClass,
  ForeignFile: failureClass,
  KeyUnavailable: failureClass,
}

export const contentstackTesting: Table<typeof testing> = {
  fakeStack: rows(
    row(testing.fakeStack, { environments: someList, locales: someList, contentTypes: aList }, {}),
    row(testing.fakeStack, { region: choice }, {}, { named: 'contentstack' }),
  ),
}
