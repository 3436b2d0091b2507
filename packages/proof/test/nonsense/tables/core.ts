import * as subject from '@xconnector/core'
import * as t from 'io-ts'
import { args, constant, exempt, failureClass, options, row, rows, type Table } from '../entry.ts'
import { closed, destination, journal, source, target } from '../goods.ts'
import {
  aFunction,
  aList,
  choice,
  count,
  countOrNone,
  duration,
  except,
  made,
  name,
  required,
  share,
  slip,
  someList,
  someTime,
  words,
} from '../kinds.ts'

const { flow, retry } = subject
const orders = () => flow('orders').input<string>()
const route = () => subject.deadLetter()

/** A method of a flow under construction. */
const step = (
  method: Exclude<keyof ReturnType<typeof orders>, symbol>,
  kinds: Parameters<typeof row>[1],
  good: Readonly<Record<string, unknown>>,
) =>
  row(
    (...given: readonly unknown[]) => (orders()[method] as (...all: readonly unknown[]) => unknown)(...given),
    kinds,
    good,
    { named: method, spread: true },
  )

const forTypes = exempt('for authors of ports and readers: its arguments are checked by the compiler alone')
const perMessage = exempt(
  'called for each message: a check would be paid by everyone, and the caller is a type',
)
const port = exempt('a port, called by the runtime alone for each message')
const guard = exempt('a guard, which takes anything and gives true or false')

export const core: Table<typeof subject> = {
  // Results, failures and secrets.
  left: perMessage,
  right: perMessage,
  Failure: exempt('the base class of failures, which is extended and not called'),
  isFailure: guard,
  failure: args(
    subject.failure,
    { tag: 'NoRoom', kind: 'transient' },
    {
      tag: required(words),
      kind: required(choice),
    },
  ),
  failureToJson: exempt('takes whatever was thrown, and never throws itself'),
  Secret: args(
    (value: string) => new subject.Secret(value),
    { value: 'x' },
    {
      value: required(except(words, "''")),
    },
  ),
  StepFailed: failureClass,
  DecodeFailed: failureClass,
  DeadlineExceeded: failureClass,
  OutcomeUnknown: failureClass,
  CircuitOpen: failureClass,
  Crashed: failureClass,
  Unresolved: failureClass,
  NoReply: failureClass,
  PartialFailure: failureClass,
  JournalUnavailable: failureClass,
  ConfigInvalid: failureClass,

  // Ports.
  millis: args(
    subject.millis,
    { duration: '1s', option: 'millis: duration' },
    {
      duration: required(duration),
    },
  ),
  checkKnown: args(
    subject.checkKnown,
    { _what: 'checkKnown', options: {}, known: { timeout: 1 } },
    { 'options.timeuot': slip, 'options.other': slip },
  ),
  systemClock: constant,
  sleepWith: port,
  systemRandom: constant,
  seededRandom: forTypes,
  uuidv7: forTypes,
  silentLogger: constant,
  stderrLogger: forTypes,

  // Configuration.
  config: args(
    subject.config,
    { shape: { A: subject.text }, source: {} },
    {
      shape: required(except(made, '{}', '[]', 'a function')),
      'shape.A': required(made),
      source: except(made, '{}', '[]', 'a function'),
    },
  ),
  checkConfig: exempt('called by runtimes and clients with the settings that they collected'),
  reader: forTypes,
  setting: forTypes,
  isSetting: guard,
  readSetting: exempt('takes any value, and reads it where it is a setting'),
  integer: constant,
  flag: constant,
  duration: constant,
  secret: constant,
  text: constant,
  url: constant,
  optional: args(subject.optional, { inner: subject.text }, { inner: required(made) }),
  decoded: args(subject.decoded, { _decoder: t.string }, { _decoder: required(made) }, 'decoder'),
  decodeWith: args(subject.decodeWith, { _decoder: t.string }, { _decoder: required(made) }, 'decoder'),

  // Destinations, steps and files.
  createDestination: options(
    subject.createDestination,
    {
      name: required(words),
      concurrency: count,
      concurency: slip,
      'concurrency.adaptive': required(except(made, '{}', '[]', 'a function')),
      'concurrency.adaptive.min': count,
      'concurrency.adaptive.max': count,
      'concurrency.adaptive.initial': count,
      'concurrency.adaptive.backoff': share,
      'rate.limit': required(count),
      'rate.per': required(someTime),
      whenParked: choice,
      'circuit.failures': count,
      'circuit.open': someTime,
      'circuit.maxOpen': someTime,
      'retryBudget.share': except(share, '1.5'),
      'retryBudget.perSecond': except(share, '1.5'),
      random: made,
    },
    { name: 'site', rate: { limit: 1, per: '1s' } },
    'destination',
  ),
  read: options(
    subject.read,
    { name: required(words), destination: required(made), call: required(aFunction), preview: aFunction },
    {
      name: 'stock',
      destination: destination(),
      call: () => ({ result: subject.right(1), seen: { as: 'ok' } }),
    },
  ),
  target: options(
    subject.target,
    {
      name: required(words),
      destination: required(made),
      effect: required(choice),
      run: required(aFunction),
      preview: aFunction,
      reconcile: aFunction,
    },
    { name: 'post', destination: destination(), effect: 'unsafe', run: () => subject.right(1) },
  ),
  CallContext: exempt('made by flows and clients for each call'),
  fileProviders: args(
    subject.fileProviders,
    { _provider: { name: 'files', open: () => undefined } },
    { _provider: required(made) },
  ),
  isParked: guard,

  // Flows.
  flow: rows(
    row(
      ({ name, ...o }: { name: string }) => flow(name, o),
      { name: required(name), version: count, events: made, clock: made, log: made },
      { name: 'orders' },
    ),
    row(
      ({ from, ...o }: { from: never }) => flow('orders').from(from, o),
      {
        from: required(made),
        key: aFunction,
        'latest.key': required(aFunction),
        'latest.version': required(aFunction),
        dedupe: aFunction,
        window: duration,
        deadline: duration,
      },
      { from: source(), latest: { key: () => 'k', version: () => 1 } },
    ),
    step('map', { name: required(name), _f: required(aFunction) }, { name: 'm', _f: () => 1 }),
    step('filter', { name: required(name), _f: required(aFunction) }, { name: 'm', _f: () => true }),
    step('tap', { name: required(name), _f: required(aFunction) }, { name: 'm', _f: () => 1 }),
    step('via', { _step: required(made) }, { _step: target() }),
    step('to', { _target: required(made) }, { _target: target() }),
    row((o: object) => orders().to(target(), o), { name }, {}, { named: 'target' }),
    row((o: object) => orders().to(target(), o), { into: aFunction }, {}, { named: 'to' }),
    step('durable', { name: required(name), codec: made }, { name: 'd' }),
    step('delay', { name: required(name), _by: required(duration) }, { name: 'd', _by: '1s' }),
    step('recover', { _tag: required(words), _f: required(aFunction) }, { _tag: 'Rejected', _f: () => 1 }),
    step('on', { _tag: required(words), _route: required(made) }, { _tag: 'Rejected', _route: route() }),
    step(
      'choose',
      { _cases: required(aFunction) },
      { _cases: (c: never) => (c as Choosing).otherwise(target()) },
    ),
    row(
      (name: never, test: never, branch: never) =>
        orders().choose((c) => (c.when(name, test, branch) as unknown as typeof c).otherwise(target())),
      { name: required(name), _test: required(aFunction), _branch: required(made) },
      { name: 'large', _test: () => true, _branch: target('large') },
      { named: 'choose', spread: true },
    ),
    row(
      (branch: never) => orders().choose((c) => c.otherwise(branch)),
      { _branch: required(made) },
      { _branch: target() },
      { named: 'choose', spread: true },
    ),
    step(
      'fanOut',
      { _branches: required(made), '_branches.a': required(made) },
      { _branches: { a: target() } },
    ),
    step(
      'gather',
      { _branches: required(made), '_branches.a': required(made), '_options.settle': required(choice) },
      { _branches: { a: target() }, _options: { settle: 'all' } },
    ),
    step(
      'gatherEach',
      {
        name: required(name),
        each: required(aFunction),
        _item: required(made),
        '_options.settle': required(choice),
      },
      { name: 'g', each: () => [], _item: target(), _options: { settle: 'all' } },
    ),
    step('through', { _pattern: required(made) }, { _pattern: pattern() }),
    step(
      'split',
      { name: required(name), each: required(aFunction), _item: required(made) },
      { name: 's', each: () => [], _item: target() },
    ),
    step(
      'onError',
      { _routes: required(except(made, '{}', '[]')), '_routes.Rejected': required(made) },
      {
        _routes: { Rejected: route() },
      },
    ),
    step('otherwise', { _route: required(made) }, { _route: route() }),
  ),

  // Routes.
  retry: rows(
    row(
      retry,
      {
        initial: someTime,
        max: duration,
        factor: except(count, '1.5', 'Infinity'),
        delays: someList,
        jitter: choice,
        attempts: count,
        atempts: slip,
        upTo: duration,
      },
      {},
    ),
    row(
      ({ _last }: { _last: never }) => retry().orElse(_last),
      { _last: required(made) },
      { _last: route() },
      { named: 'orElse' },
    ),
  ),
  deadLetter: rows(
    row(subject.deadLetter, { key: choice }, {}),
    row(
      ({ _to }: { _to: never }) => route().alert(_to),
      { _to: required(made) },
      { _to: target() },
      { named: 'alert' },
    ),
  ),
  discard: exempt('its reason is a text for people, printed as it is'),
  divert: args(subject.divert, { to: closed() }, { to: required(made) }),
  byKind: options(subject.byKind, { transient: made, unknown: made, permanent: made, poison: made }),
  when: args(
    subject.when,
    { test: () => true, _then: route(), orElse: route() },
    { test: required(aFunction), _then: required(made), orElse: required(made) },
  ),

  // Plans.
  describe: args(subject.describe, { flow: closed() }, { flow: required(made) }),
  mermaid: exempt('it takes what describe gave'),
  worstCase: args(
    subject.worstCase,
    { flow: closed(), options: {} },
    {
      flow: required(made),
      'options.attemptMs': except(count, '0', '1.5'),
    },
  ),
  estimate: args(
    subject.estimate,
    { flow: closed(), options: { rows: 10 } },
    {
      flow: required(made),
      'options.rows': required(countOrNone),
      'options.perHop': count,
      'options.share.post': share,
      'options.latency': except(duration, '{}', "['1s']"),
    },
  ),

  // Journals and the runtime.
  memoryJournal: options(subject.memoryJournal, { clock: made, store: made, processes: choice }),
  memoryStore: exempt('it takes nothing'),
  createRuntime: options(
    subject.createRuntime,
    {
      flows: required(someList),
      journal: required(made),
      alert: made,
      role: choice,
      'concurrency.total': count,
      'concurrency.perHop': count,
      'concurrency.hops.post': count,
      maxPending: count,
      maxPendng: slip,
      'concurrency.perHopp': slip,
      lease: someTime,
      attempt: someTime,
      alertWindow: someTime,
      grace: duration,
      drift: except(made, '{}', '[]'),
      log: made,
      clock: made,
      random: made,
    },
    { flows: [closed()], journal: journal() },
  ),
  DeadLetters: exempt('made by createRuntime, which has checked what it is made of'),
  forgetSplits: args(
    subject.forgetSplits,
    { journal: journal(), ids: [] },
    {
      journal: required(made),
      ids: required(aList),
    },
  ),
  progressOf: args(
    subject.progressOf,
    { journal: { read: async () => ({}) }, clock: subject.systemClock, flow: 'orders' },
    { journal: required(made), clock: required(made), flow: required(words) },
  ),
  untilSignal: exempt('it waits for a signal before it looks at anything else'),
}

interface Choosing {
  otherwise(branch: unknown): unknown
}

/** The least that `through` takes. */
function pattern(): unknown {
  return { name: 'p', node: { enter: () => undefined, call: () => undefined } }
}
