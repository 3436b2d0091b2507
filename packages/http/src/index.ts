export { ingress, type Ingress } from './ingress/ingress.js'
export type { IngressOptions, WebhookOptions, WebhookType } from './ingress/options.js'
export type { NodeHandler } from './ingress/node-handler.js'
export type { FetchHandler } from './ingress/fetch-handler.js'
export type { Doubt, SignedRequest, Verified, Verifier } from './verify/verifier.js'
export { RepeatedHeader } from './verify/repeated-header.js'
export { standardWebhooks, type StandardWebhooksOptions } from './verify/standard-webhooks.js'
export { sharedToken, type SharedTokenOptions } from './verify/shared-token.js'
export { unsigned } from './verify/unsigned.js'
export {
  signStandardWebhook,
  type StandardWebhook,
  type StandardWebhookHeaders,
} from './verify/sign-standard-webhook.js'
export { isKnown as isKnownSecret, reveal as revealSecret, type SecretText } from './config/secret-text.js'
export { settingsIn } from './config/settings-in.js'
export { http, type HttpClient } from './client/http.js'
export type { CallOptions, HeaderValue, HttpOptions } from './client/options.js'
export type {
  QueryOptions,
  RemoteOptions,
  ReplyOf,
  ResponseOption,
  TargetOptions,
} from './client/remote-options.js'
export {
  bytes,
  type ByteStream,
  type BytesBody,
  type Fails,
  type FailuresOf,
  type Opened,
} from './client/byte-stream.js'
export { whole, type Answered, type Whole } from './client/answered.js'
export type { CompositeOptions } from './client/composite-options.js'
export type { Download, DownloadOptions } from './client/download.js'
export type { FailedAnswer } from './client/failed-answer.js'
export type { Callables, HttpQuery, HttpTarget } from './client/forms.js'
export { json, type Body, type JsonBody } from './client/body.js'
export type { PathInput, PathNames } from './client/path.js'
export type { QueryValues } from './client/query-string.js'
export type { Auth, AuthCall, Credentials, Unsigned } from './auth/auth.js'
export { bearer } from './auth/bearer.js'
export { apiKey } from './auth/api-key.js'
export type { AnswerHeaders, Exchange } from './outcome/exchange.js'
export { classify, type Called, type Classified } from './outcome/classify.js'
export { retryAfter } from './outcome/retry-after.js'
export { rateLimit, type RateLimit } from './outcome/rate-limit.js'
export type { CallFacts, HttpFailure, Occurrence } from './failure/http-failure.js'
export type { CallFailure, ExchangeFailure } from './failure/call-failure.js'
export { BadResponse, type Flaw } from './failure/bad-response.js'
export { Conflict } from './failure/conflict.js'
export { ConnectFailed } from './failure/connect-failed.js'
export { ConnectionLost } from './failure/connection-lost.js'
export { Forbidden } from './failure/forbidden.js'
export { NotFound } from './failure/not-found.js'
export { PreconditionFailed } from './failure/precondition-failed.js'
export { RateLimited } from './failure/rate-limited.js'
export { Rejected } from './failure/rejected.js'
export { TimedOut } from './failure/timed-out.js'
export { Unauthorized } from './failure/unauthorized.js'
export { Unavailable } from './failure/unavailable.js'
