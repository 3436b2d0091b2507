import * as subject from '@xconnector/http/testing'
import { http } from '@xconnector/http'
import { args, constant, exempt, type Table } from '../entry.ts'
import { aFunction, aList, except, made, required } from '../kinds.ts'

const client = http({ name: 'site', baseUrl: 'https://site.test' })
const post = client.target({ name: 'post', method: 'POST', path: '/a', effect: 'keyed' })
const contract = exempt('a list of named cases: what is wrong with the maker fails each of them')

export const httpTesting: Table<typeof subject> = {
  mockRemote: args(
    subject.mockRemote,
    { client, handlings: [] },
    { client: required(made), handlings: required(aList) },
  ),
  on: args(
    subject.on,
    { _call: post, _handler: () => subject.reply(200) },
    { _call: required(made), _handler: required(aFunction) },
  ),
  reply: args(subject.reply, { status: 200 }, { status: required(made) }),
  problem: args(subject.problem, { status: 404 }, { status: required(made) }, 'reply'),
  fault: constant,
  failureOf: args(subject.failureOf, { _wrong: 404 }, { _wrong: required(except(made, "'x'")) }),
  collection: exempt('a map of whatever it is given'),
  wireFaults: exempt('starts a server, whose faults are checked by their type'),
  overNodeHttp: exempt('it takes nothing'),
  idempotencyContract: contract,
  endpointStoreContract: contract,
  cacheStoreContract: contract,
}
