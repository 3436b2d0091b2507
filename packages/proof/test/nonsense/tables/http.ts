import * as subject from '@xconnector/http'
import * as t from 'io-ts'
import { args, constant, exempt, failureClass, options, row, rows, type Table } from '../entry.ts'
import { journal, open } from '../goods.ts'
import {
  aFunction,
  bytes,
  CANARY,
  choice,
  count,
  countOrNone,
  duration,
  except,
  made,
  required,
  secret,
  slip,
  someTime,
  url,
  words,
} from '../kinds.ts'

const client = () => subject.http({ name: 'site', baseUrl: 'https://site.test' })
const store = () => subject.memoryEndpoints()
const verify = subject.unsigned({ because: 'a test' })
const key = `whsec_${Buffer.from(CANARY.padEnd(32, 'x')).toString('base64')}`
const answers = exempt('called for each answer, with what the transport gave: its types are the check')
const bodies = exempt('makes the body of a target; what it gives is checked when the target sends it')
const failureText = exempt('an error with its own tag, made by the client alone')
const auth = { header: { client: { id: 'i', secret: CANARY }, tokenEndpoint: 'https://id.test/token' } }
  .header
const oauth = {
  tokenEndpoint: required(except(url, '5', '{}', '[]')),
  timeout: duration,
  'client.secret': required(secret),
}

export const http: Table<typeof subject> = {
  // The client and its declarations.
  http: rows(
    row(
      subject.http,
      {
        name: required(words),
        baseUrl: required(url),
        timeout: someTime,
        timeuot: slip,
        maxResponseBytes: bytes,
        maxRequestBytes: bytes,
        maxExpansion: except(count, '1.5', 'Infinity'),
        keyHeader: words,
        integers: choice,
        refine: aFunction,
        auth: made,
        transport: except(made, 'a function'),
      },
      { name: 'site', baseUrl: 'https://site.test' },
    ),
    row(
      (o: never) => client().target(o),
      {
        name: required(words),
        method: required(words),
        path: required(except(words, 'a function', "''")),
        effect: required(choice),
        efect: slip,
        key: aFunction,
        reconcile: aFunction,
      },
      { name: 'post', method: 'POST', path: '/a', effect: 'keyed' },
      { named: '' },
    ),
    row(
      (o: never) => client().query(o),
      { name: required(words), method: words, path: required(except(words, 'a function', "''")) },
      { name: 'get', path: '/a' },
      { named: '' },
    ),
    row(
      (o: never) => client().pages(o),
      {
        name: required(words),
        path: required(except(words, 'a function', "''")),
        items: required(aFunction),
        most: count,
        next: required(made),
      },
      { name: 'all', path: '/a', response: t.unknown, items: () => [], next: { link: 'next' } },
      { named: '' },
    ),
  ),
  updateWithEtag: args(
    subject.updateWithEtag,
    {
      client: client(),
      options: { name: 'u', path: '/a', response: t.unknown, merge: () => 1, done: () => true },
    },
    {
      client: required(made),
      'options.name': required(words),
      'options.path': required(except(words, 'a function', "''")),
      'options.method': choice,
      'options.merge': required(aFunction),
      'options.create': aFunction,
      'options.done': aFunction,
      'options.attempts': count,
    },
  ),
  httpFiles: args(
    subject.httpFiles,
    { client: client(), options: { path: '/files/a' } },
    { client: required(made) },
  ),
  // Its name and timeout are those of the client that it makes, which are checked there.
  remoteFiles: options(
    subject.remoteFiles,
    { maxBytes: bytes, redirects: countOrNone, timeout: duration },
    { name: 'r' },
  ),
  networkFetch: exempt('for authors of an Auth: its options are those of the client, and checked as there'),
  bytes: bodies,
  form: bodies,
  text: bodies,
  binary: bodies,
  multipart: bodies,
  fileBody: bodies,
  ndjsonBody: bodies,
  json: exempt('it takes nothing'),
  whole: bodies,
  parseJson: answers,
  classify: answers,
  retryAfter: answers,
  rateLimit: answers,
  problemOf: answers,
  problemSchema: constant,

  // Credentials.
  bearer: args(subject.bearer, { token: CANARY }, { token: required(secret) }),
  apiKey: options(
    subject.apiKey,
    { in: choice, header: required(words), key: required(secret) },
    { header: 'x-key', key: CANARY },
  ),
  basic: options(
    subject.basic,
    { user: required(except(words, "''")), password: required(secret) },
    { user: 'u', password: CANARY },
  ),
  hmac: options(
    subject.hmac,
    {
      key: required(secret),
      keyAs: choice,
      algorithm: choice,
      sign: required(except(words, "''", 'a function')),
      header: required(words),
      as: choice,
    },
    { key: CANARY, sign: '{body}', header: 'x-signature' },
  ),
  all: args(subject.all, { _auth: subject.bearer(CANARY) }, { _auth: required(made) }),
  clientCredentials: options(subject.clientCredentials, oauth, auth),
  refreshToken: options(
    subject.refreshToken,
    { ...oauth, refreshToken: required(secret) },
    { ...auth, refreshToken: CANARY },
  ),
  authorizationCode: options(
    subject.authorizationCode,
    { ...oauth, redirectUri: required(except(url, '5', '{}', '[]')), patience: duration },
    { ...auth, authorizationEndpoint: 'https://id.test/authorize', redirectUri: 'https://app.test/back' },
  ),
  memoryTokens: exempt('it takes nothing'),
  fileTokens: options(subject.fileTokens, { directory: required(words) }, { directory: 'x' }),
  TokenFailed: failureClass,
  isKnownSecret: exempt('a guard, which takes a secret text'),
  revealSecret: exempt('for authors of an Auth or a Verifier: it names the option that it is given'),
  settingsIn: exempt('takes any options, and finds the settings among them'),

  // Webhooks that come.
  ingress: rows(
    row(
      subject.ingress,
      {
        basePath: except(words, "''"),
        maxBytes: bytes,
        timeout: duration,
        maxBodies: count,
        maxHeldBytes: bytes,
        maxBody: slip,
        clock: made,
      },
      {},
    ),
    row(
      (o: never) => subject.ingress().webhook(o),
      {
        path: required(words),
        method: words,
        body: required(made),
        verify: required(made),
        type: except(choice, "'nonsense'", 'a function'),
        dedupe: choice,
        dedup: slip,
        format: made,
        only: aFunction,
        undecodable: choice,
        headers: except(made, '[]'),
      },
      { path: '/in', body: t.unknown, verify },
      { named: 'webhook' },
    ),
    row(
      (o: never) => subject.ingress().endpoint(o),
      {
        method: required(choice),
        path: required(words),
        name: words,
        params: made,
        query: made,
        headers: made,
        body: made,
        authorize: required(except(made, 'a function')),
        flow: required(except(made, 'a function')),
        input: aFunction,
        reply: aFunction,
        formats: except(made, '{}', '[]'),
        'formats.text/csv': required(aFunction),
        cache: except(made, '[]'),
        'cache.control': required(words),
        'cache.etag': choice,
        cors: except(made, '[]'),
        timeout: someTime,
        concurrency: count,
        maxBytes: bytes,
        clock: made,
        log: made,
        response: except(made, 'a function'),
        failures: except(made, '{}', '[]'),
        'failures.Odd': except(made, '{}', '[]', 'a function', '5'),
      },
      { method: 'GET', path: '/in', flow: open(), authorize: subject.anyone({ because: 'a test' }) },
      { named: 'endpoint' },
    ),
  ),
  anyone: options(subject.anyone, { because: required(words) }, { because: 'a test' }),
  unsigned: options(subject.unsigned, { because: required(words) }, { because: 'a test' }),
  standardWebhooks: options(
    subject.standardWebhooks,
    { secret: required(secret), tolerance: duration },
    { secret: key },
  ),
  sharedToken: options(
    subject.sharedToken,
    { header: required(words), token: required(secret) },
    { header: 'x-token', token: CANARY },
  ),
  github: options(
    subject.github,
    { secret: required(secret), id: choice, pings: choice },
    { secret: CANARY },
  ),
  stripeLike: options(
    subject.stripeLike,
    { secret: required(secret), header: words, scheme: words, tolerance: duration },
    { secret: CANARY },
  ),
  boxLike: options(
    subject.boxLike,
    { primary: except(required(secret), 'undefined'), tolerance: duration },
    { primary: CANARY },
  ),
  hmacSignature: options(
    subject.hmacSignature,
    {
      secret: required(secret),
      header: required(words),
      algorithm: choice,
      encoding: choice,
      separator: words,
      signed: words,
      tolerance: duration,
      name: words,
    },
    { secret: CANARY, header: 'x-signature' },
  ),
  jsonFormat: options(subject.jsonFormat, { integers: choice, maxDepth: count }),
  formFormat: options(subject.formFormat, { maxFields: count, maxNameLength: count }),
  multipartFormat: options(subject.multipartFormat, {
    store: made,
    keep: duration,
    maxFiles: count,
    maxParts: count,
    maxFieldBytes: bytes,
  }),
  csvFormat: options(subject.csvFormat, { rows: choice, maxRows: count }),
  ndjsonFormat: options(subject.ndjsonFormat, { maxMessages: count }),
  xmlFormat: options(subject.xmlFormat, { textName: words, maxDepth: count, maxElements: count }),
  textFormat: options(subject.textFormat, { types: except(made, '[]') }),
  formats: args(subject.formats, { _format: subject.jsonFormat() }, { _format: required(made) }),
  cloudEvents: options(subject.cloudEvents, { modes: made, body: choice, maxEvents: count }),
  cloudEvent: options(
    subject.cloudEvent,
    {
      source: required(except(words, 'a function')),
      type: required(except(words, 'a function')),
      mode: choice,
      id: aFunction,
      data: aFunction,
    },
    { source: '/s', type: 'x' },
  ),
  cloudEventBatch: options(
    subject.cloudEventBatch,
    { source: required(except(words, 'a function')), type: required(except(words, 'a function')) },
    { source: '/s', type: 'x' },
    'cloudEvent',
  ),
  eventOf: args(subject.eventOf, { _types: { a: t.unknown } }, { _types: required(made) }),

  // Endpoints, and what remembers their calls.
  statuses: options(subject.statuses, {
    transient: except(choice, 'a function'),
    permanent: except(choice, 'a function'),
  }),
  memoryIdempotency: options(subject.memoryIdempotency, {
    maxKeys: count,
    maxBytes: except(count, 'Infinity'),
  }),
  journalIdempotency: args(subject.journalIdempotency, { journal: journal() }, { journal: required(made) }),

  // Webhooks that go out.
  webhookSender: options(
    subject.webhookSender,
    {
      name: required(words),
      endpoints: required(made),
      overlap: duration,
      timeout: duration,
      concurrency: count,
      onDisabled: aFunction,
    },
    { name: 'hooks', endpoints: store() },
  ),
  memoryEndpoints: args(subject.memoryEndpoints, { endpoints: [] }, { endpoints: except(made, '[]') }),
  disabledEndpoint: exempt('takes an endpoint of a store, and gives another'),
  enabledEndpoint: exempt('takes an endpoint of a store, and gives another'),
  rotatedEndpoint: exempt('takes an endpoint of a store, and gives another'),
  newWebhookKeyPair: exempt('it takes nothing'),
  newWebhookSecret: exempt('it takes nothing'),
  signStandardWebhook: exempt(
    'called for each delivery; the key is checked, without a word of it, as that of standardWebhooks',
  ),

  NoAnswer: failureText,
  RepeatedHeader: failureText,
  BadResponse: failureClass,
  Conflict: failureClass,
  ConnectFailed: failureClass,
  ConnectionLost: failureClass,
  EndpointDisabled: failureClass,
  EndpointsUnavailable: failureClass,
  Forbidden: failureClass,
  IdempotencyUnavailable: failureClass,
  NotFound: failureClass,
  PreconditionFailed: failureClass,
  RateLimited: failureClass,
  Rejected: failureClass,
  TimedOut: failureClass,
  Unauthorized: failureClass,
  Unavailable: failureClass,
}
