export { gateway, type Gateway, type Purged } from './gateway.js'
export type {
  BackendOptions,
  BackendTimeouts,
  CacheOptions,
  GatewayOptions,
  GatewayPorts,
  HeaderChanges,
  JsonMapping,
  PassOptions,
  RoutedAnswer,
  RoutedRequest,
  RouteCacheOptions,
  RouteOptions,
} from './options.js'
export type { LocaleOptions, LocaleSource } from './route/locale.js'
export type { QueryRewriteOptions } from './route/rewrite-query.js'
export type { RewriteOptions } from './route/rewrite-path.js'
export { lookupLanguage } from './route/language.js'
export type { ForwardedStyle } from './wire/forwarded.js'
export type { HeaderList } from './wire/header-list.js'
export { PurgeFailed } from './purge-failed.js'
export { cacheKey } from './cache/key.js'
export { memoryCache, type MemoryCache, type MemoryCacheOptions } from './cache/memory-store.js'
export type { Purge } from './cache/removals.js'
export type { CacheStore, Removal, StoredAnswer } from './cache/store.js'
export { undiciBackends } from './backend/undici-transport.js'
export type {
  AnswerHandler,
  BackendOrigin,
  BackendTransport,
  Connections,
  ConnectionSettings,
  Outgoing,
  Sending,
  WireTrouble,
} from './backend/transport.js'
