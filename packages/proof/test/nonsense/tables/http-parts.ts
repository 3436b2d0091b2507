import * as fp from '@xconnector/http/fp'
import * as gateway from '@xconnector/http/gateway'
import type * as openapi from '@xconnector/http/openapi'
import * as ops from '@xconnector/http/ops'
import * as undici from '@xconnector/http/undici'
import { createRuntime } from '@xconnector/core'
import { args, exempt, failureClass, options, row, rows, type Table } from '../entry.ts'
import { closed, journal, open } from '../goods.ts'
import {
  aFunction,
  aList,
  bytes,
  someList,
  CANARY,
  choice,
  count,
  countOrNone,
  duration,
  except,
  made,
  required,
  secret,
  someTime,
  url,
  words,
} from '../kinds.ts'

/** Whatever can be called: a function has a `call` too. */
const callable = required(except(made, 'a function'))

export const httpFp: Table<typeof fp> = {
  taskOf: args(fp.taskOf, { callable: open() }, { callable }),
  foldPages: args(
    fp.foldPages,
    { pages: { call: () => [] }, start: 0, step: () => 1 },
    { pages: callable, step: required(aFunction) },
  ),
  itemsOf: args(fp.itemsOf, { pages: { call: () => [] } }, { pages: callable }),
  flowOf: args(fp.flowOf, { name: 'f', _f: () => 1 }, { name: required(words), _f: required(aFunction) }),
}

export const httpGateway: Table<typeof gateway> = {
  gateway: rows(
    row(
      gateway.gateway,
      {
        name: words,
        backends: required(made),
        'backends.site.baseUrl': required(url),
        'backends.site.concurrency': count,
        'backends.site.queue': countOrNone,
        'backends.site.timeouts.answer': someTime,
        'backends.site.timeouts.connect': someTime,
        routes: required(made),
        maxRequestBytes: bytes,
        forwarded: choice,
        'locale.supported': required(someList),
        'locale.default': required(words),
        trust: aList,
        'cache.maxEntryBytes': count,
        'cache.coalesce': duration,
        'cache.requests': choice,
        'cache.freshFor': duration,
      },
      {
        backends: { site: { baseUrl: 'https://site.test' } },
        routes: [{ path: '/a', to: 'site' }],
        locale: { supported: ['en'], default: 'en' },
      },
    ),
    row(
      (route: object) =>
        gateway.gateway({
          backends: { site: { baseUrl: 'https://site.test' } },
          locale: { supported: ['en'], default: 'en' },
          cache: {},
          routes: [{ path: '/a', to: 'site', ...route }],
        }),
      {
        name: words,
        path: required(words),
        methods: someList,
        host: except(words, '[]'),
        headers: except(made, '{}', '[]'),
        'headers.x-a': except(words, "''"),
        locale: words,
        to: required(words),
        rewrite: except(made, '{}', '[]'),
        'rewrite.strip': except(words, "''"),
        'rewrite.prefix': except(words, "''"),
        query: except(made, '{}', '[]'),
        'query.keep': aList,
        'query.drop': aList,
        'query.set': except(made, '{}', '[]'),
        'query.sort': choice,
        localeHeader: words,
        pass: except(made, '{}', '[]'),
        'pass.authorization': choice,
        'pass.cookie': choice,
        'pass.setCookie': choice,
        'cache.freshFor': duration,
        'cache.staleIfError': duration,
        request: aFunction,
        response: aFunction,
        'json.response': required(aFunction),
        'json.maxBytes': count,
      },
      { headers: { 'x-a': '1' }, json: { response: (b: unknown) => b } },
      { named: 'gateway' },
    ),
  ),
  memoryCache: options(gateway.memoryCache, { maxBytes: count, maxVariants: count }),
  undiciBackends: exempt('it takes nothing'),
  cacheKey: exempt('makes a key of two texts, for caches of your own'),
  lookupLanguage: exempt('called for each request, with the header as it came'),
  PurgeFailed: failureClass,
}

export const httpOpenapi: Table<typeof openapi> = {
  generate: exempt('takes any document, and names what it cannot read in its notes or in what it throws'),
  runOpenapi: exempt('a program: what is wrong with its arguments is printed, and its exit code tells'),
}

export const httpOps: Table<typeof ops> = {
  ops: args(
    ops.ops,
    {
      runtime: createRuntime({ flows: [closed()], journal: journal() }),
      options: { authorize: () => undefined },
    },
    {
      runtime: required(made),
      'options.authorize': required(aFunction),
      'options.basePath': except(words, "''"),
      'options.maxLag': duration,
      'options.timeout': someTime,
      'options.heartbeat': someTime,
      'options.maxHeldEvents': count,
    },
  ),
  operatorTokens: args(
    ops.operatorTokens,
    { _tokens: { ada: { token: CANARY.padEnd(20, 'x'), may: 'act' } } },
    { _tokens: required(made), '_tokens.ada.may': required(choice), '_tokens.ada.token': required(secret) },
  ),
}

export const httpUndici: Table<typeof undici> = {
  undiciTransport: options(undici.undiciTransport, { dispatcher: made }),
}
