import * as subject from '@xconnector/core/patterns'
import { flow } from '@xconnector/core'
import * as t from 'io-ts'
import { args, failureClass, options, row, rows, type Table } from '../entry.ts'
import { closed, query, target } from '../goods.ts'
import {
  aFunction,
  aList,
  bytes,
  choice,
  count,
  duration,
  except,
  made,
  name,
  required,
  someList,
  someTime,
  words,
} from '../kinds.ts'

const store = subject.memoryClaims()
const asked = () => subject.correlation<string>('c')
const wait = { id: () => 'i', within: '1m' as const, remind: { after: '10s', to: target() } }
const waitKinds = {
  id: required(aFunction),
  within: required(duration),
  accepts: aFunction,
  remind: except(made, '{}', '[]'),
  'remind.after': required(duration),
  'remind.every': someTime,
  expired: aFunction,
  name,
}
/** A step of a saga in a flow, which looks at its branches. */
const sagaStep = (named: string, kinds: Parameters<typeof row>[1]) =>
  row(
    (name: never, doing: never, o: never) =>
      flow('f')
        .input<string>()
        .through(subject.saga('s').input<string>().step(name, doing, o) as never),
    kinds,
    { name: 'pay', _doing: target(), options: { undo: target('back') } },
    { named, spread: true },
  )
const branch = { name: 'p', part: target() }
const group = { key: () => 'k', into: { start: () => 1, add: () => 1 }, size: 2, within: '1m' }
const groupKinds = {
  name: required(name),
  'options.key': aFunction,
  'options.size': count,
  'options.within': someTime,
  'options.into.start': required(aFunction),
  'options.into.add': required(aFunction),
  'options.atStop': choice,
}

export const corePatterns: Table<typeof subject> = {
  // Ways through a flow.
  delayUntil: args(
    subject.delayUntil,
    { name: 'd', _f: () => 1 },
    { name: required(name), _f: required(aFunction) },
  ),
  divertTo: args(subject.divertTo, { to: closed() }, { to: required(made) }),
  recipients: args(
    subject.recipients,
    { name: 'r', to: { a: target() }, choose: () => [], options: { settle: 'all' } },
    { name: required(name), to: required(made), choose: required(aFunction), 'options.settle': choice },
  ),
  wireTap: args(subject.wireTap, branch, { name: required(name) }),
  enrich: args(
    subject.enrich,
    { read: query(), options: { join: () => 1 } },
    {
      read: required(made),
      'options.join': required(aFunction),
      'options.input': aFunction,
      'options.onError.NoRoom': required(aFunction),
    },
  ),
  normalize: args(
    subject.normalize,
    { name: 'n', shapes: { a: subject.shape(t.string, (s) => s) } },
    { name: required(name), shapes: required(made), 'shapes.a': required(made) },
  ),
  shape: args(
    subject.shape,
    { decoder: t.string, map: (s: string) => s },
    { decoder: required(made), map: required(aFunction) },
  ),
  throttle: rows(
    row(
      subject.throttle,
      {
        name: required(words),
        'options.limit': required(except(count, 'a function')),
        'options.per': required(someTime),
        'options.mode': choice,
        'options.key': aFunction,
        'options.keys': count,
      },
      { name: 't', options: { limit: 1, per: '1s', key: () => 'k' } },
      { spread: true },
    ),
  ),
  failover: args(
    subject.failover,
    { name: 'f', targets: [target('a'), target('b')], options: {} },
    { name: required(words), targets: required(someList), 'options.on': aList },
  ),
  roundRobin: args(
    subject.roundRobin,
    { name: 'f', targets: [target('a'), target('b')] },
    { name: required(words), targets: required(someList) },
  ),
  idempotent: args(
    subject.idempotent,
    { name: 'i', options: { key: () => 'k', window: '1h' }, _target: target() },
    {
      name: required(name),
      'options.key': required(aFunction),
      'options.window': required(duration),
      'options.repeats': choice,
      'options.whileWorking': choice,
      'options.join': aFunction,
      _target: required(made),
    },
  ),
  correlation: rows(
    row(
      subject.correlation,
      { name: required(name), 'options.keep': duration },
      { name: 'c', options: {} },
      { spread: true },
    ),
    row((o: never) => asked().wait(o), { ...waitKinds, join: aFunction, call: aFunction }, wait, {
      named: 'correlation',
    }),
    row(
      (o: never) => asked().collect(o),
      {
        ...waitKinds,
        until: required(except(made, 'a function')),
        'until.quorum': required(count),
        join: aFunction,
        call: aFunction,
      },
      { ...wait, until: { quorum: 2 } },
      { named: 'correlation' },
    ),
    row(
      (to: never) =>
        flow('f')
          .input<string>()
          .through(asked().wait({ ...wait, remind: { after: '1s', to } })),
      { _to: required(made) },
      { _to: target() },
      { named: 'branch', spread: true },
    ),
    row(
      (o: never) => asked().answer(o),
      {
        id: required(aFunction),
        reply: required(aFunction),
        by: aFunction,
        version: aFunction,
        name,
      },
      { id: () => 'i', reply: () => 1, by: () => 'ada' },
      { named: 'answer' },
    ),
  ),
  saga: rows(
    row(
      subject.saga,
      { name: required(name), 'options.within': duration },
      { name: 's', options: {} },
      { spread: true },
    ),
    row(
      subject.saga('s').input,
      { _capture: aFunction },
      { _capture: () => 1 },
      { named: 'saga', spread: true },
    ),
    sagaStep('saga', { name: required(name), 'options.noEffect': aList }),
    sagaStep('retry', {
      'options.retry': except(made, '{}', '[]'),
      'options.retry.initial': someTime,
      'options.undoRetry.attempts': count,
    }),
    sagaStep('alert', { 'options.alert': made }),
    sagaStep('branch', { _doing: required(made), 'options.undo': made }),
  ),
  completion: args(
    subject.completion,
    { name: 'c', part: target(), hooks: { done: target() } },
    // The branches are looked at by `through`, as all branches are.
    { name: required(name), hooks: required(made) },
  ),

  // Groups and windows.
  aggregate: args(subject.aggregate, { name: 'g', options: group }, groupKinds),
  aggregateEach: args(
    subject.aggregateEach,
    { name: 'g', each: () => [], options: group },
    { ...groupKinds, each: required(aFunction) },
  ),
  batch: args(
    subject.batch,
    { name: 'b', options: { size: 2, within: '1m' } },
    {
      name: required(name),
      'options.size': required(count),
      'options.within': required(someTime),
      'options.atStop': choice,
    },
  ),
  collect: args(
    subject.collect,
    { items: [1], options: { size: 2 } },
    { 'options.size': count, 'options.key': aFunction, 'options.open': count },
  ),
  settleWindow: args(
    subject.settleWindow,
    { name: 's', options: { key: () => 'k', quiet: '1s', most: '1m' } },
    {
      name: required(name),
      'options.key': required(aFunction),
      'options.quiet': required(someTime),
      'options.most': required(someTime),
      'options.version': aFunction,
      'options.atStop': choice,
    },
  ),
  eventWindows: args(
    subject.eventWindows,
    { name: 'w', options: { time: () => 1, id: () => 'i', size: '1m' } },
    {
      name: required(name),
      'options.key': aFunction,
      'options.time': required(aFunction),
      'options.id': required(aFunction),
      'options.size': required(someTime),
      'options.grace': duration,
      'options.retain': duration,
      'options.tooLate': choice,
    },
  ),

  // Claims.
  checkIn: args(
    subject.checkIn,
    { name: 'c', store, options: { take: () => 1, leave: () => 1 } },
    {
      name: required(words),
      store: required(made),
      'options.take': required(aFunction),
      'options.leave': required(aFunction),
    },
  ),
  checkOut: args(
    subject.checkOut,
    { name: 'c', store, options: {} },
    {
      name: required(words),
      store: required(made),
      'options.claim': aFunction,
      'options.join': aFunction,
      'options.maxBytes': except(bytes, '0'),
    },
  ),
  release: args(
    subject.release,
    { name: 'r', store },
    { name: required(words), store: required(made), claim: aFunction },
  ),
  // Its name is that of its destination, which is checked there.
  directoryStore: options(subject.directoryStore, { dir: required(words), clock: made }, { dir: 'x' }),
  memoryClaims: options(subject.memoryClaims, { clock: made }),

  // Sources and progress.
  schedule: options(
    subject.schedule,
    { name: required(words), cron: required(words), zone: choice, limit: count },
    { name: 'nightly', cron: '0 0 * * *' },
  ),
  poll: options(
    subject.poll,
    { name: required(words), every: required(someTime), fetch: required(aFunction), decode: required(made) },
    { name: 'orders', every: '1m', fetch: () => ({ items: [] }), decode: t.string, id: () => 'a' },
  ),
  progressBar: options(
    subject.progressBar,
    { poll: required(aFunction), every: duration, clock: made },
    { poll: () => undefined, clock: { now: () => 1, after: () => () => undefined } },
  ),

  ClaimMissing: failureClass,
  ClaimDamaged: failureClass,
  StoreUnavailable: failureClass,
  StreamBroken: failureClass,
  Throttled: failureClass,
  FailoverExhausted: failureClass,
  AwaitExpired: failureClass,
  SagaFailed: failureClass,
  KeyInUse: failureClass,
  GroupClosed: failureClass,
  KeyMissing: failureClass,
  TooLate: failureClass,
}
