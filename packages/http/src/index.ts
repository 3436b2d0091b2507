export { ingress, type Ingress } from './ingress/ingress.js'
export type { IngressOptions, WebhookOptions, WebhookType } from './ingress/options.js'
export type {
  Format,
  FormatFlaw,
  FormatHead,
  FormatMessage,
  Read,
  StreamFormat,
  StreamHead,
  StreamRules,
  TakenStream,
} from './ingress/format.js'
export { jsonFormat, type JsonFormatOptions } from './ingress/formats/json-format.js'
export { formFormat, type FormFormatOptions } from './ingress/formats/form-format.js'
export { multipartFormat } from './ingress/formats/multipart-format.js'
export type { FormFile, MultipartFormatOptions } from './ingress/formats/multipart-options.js'
export { csvFormat, type CsvFormatOptions } from './ingress/formats/csv-format.js'
export { ndjsonFormat, type NdjsonFormatOptions } from './ingress/formats/ndjson-format.js'
export { xmlFormat, type XmlFormatOptions } from './ingress/formats/xml-format.js'
export { textFormat, type TextFormatOptions } from './ingress/formats/text-format.js'
export { formats } from './ingress/formats/formats.js'
export type { FileOptions } from './files/file-options.js'
export type { ReceivedFile } from './files/received-file.js'
export type { StreamOptions } from './files/stream-rules.js'
export { cloudEvents, type CloudEventsOptions, type EventMode } from './cloudevents/cloud-events.js'
export type { CloudEvent } from './cloudevents/event.js'
export { eventOf, type EventOf } from './cloudevents/event-of.js'
export type { Handshake } from './cloudevents/handshake.js'
export {
  cloudEvent,
  cloudEventBatch,
  type CloudEventBody,
  type CloudEventOptions,
} from './cloudevents/cloud-event.js'
export type {
  CachingOptions,
  CallerTaken,
  CommonOptions,
  Endpoint,
  EndpointMethod,
  EndpointOptions,
  InputNeeded,
  ReplyHead,
} from './endpoint/endpoint-options.js'
export type { DecodedOr, EndpointRequest, PathParams, RequestOf } from './endpoint/endpoint-request.js'
export type { Admission, Authorize, AuthorizeBy, UnauthorizedRequest } from './endpoint/authorize.js'
export { anyone } from './endpoint/anyone.js'
export type { CallableFlow } from './endpoint/callable-flow.js'
export type { CorsOptions } from './endpoint/cors.js'
export type {
  AnswerFor,
  Ending,
  FailureAnswer,
  FailureAnswers,
  FailureOptions,
  SomeAnswers,
} from './endpoint/failure-answers.js'
export { statuses, type Statuses } from './endpoint/statuses.js'
export type { QueryParts } from './endpoint/query-values.js'
export type { DoesNotTake, Fitting, ResponseCodec, ResponseInput } from './endpoint/response.js'
export type { IdempotencyOptions } from './idempotency/idempotency-options.js'
export type {
  Held,
  IdempotencyStore,
  Reserve,
  Reserved,
  StoredAnswer,
} from './idempotency/idempotency-store.js'
export { memoryIdempotency, type MemoryIdempotencyOptions } from './idempotency/memory-idempotency.js'
export { journalIdempotency } from './idempotency/journal-idempotency.js'
export { IdempotencyUnavailable } from './failure/idempotency-unavailable.js'
export { webhookSender, type WebhookFailure, type WebhookSender } from './outgoing/webhook-sender.js'
export type { WebhookSenderOptions, WebhookTargetOptions } from './outgoing/sender-options.js'
export type { DisableOptions } from './outgoing/disable-policy.js'
export {
  disabledEndpoint,
  enabledEndpoint,
  rotatedEndpoint,
  type DisabledWhy,
  type EndpointSecret,
  type WebhookEndpoint,
} from './outgoing/endpoint.js'
export type { EndpointStore } from './outgoing/endpoint-store.js'
export { memoryEndpoints, type MemoryEndpoints } from './outgoing/memory-endpoints.js'
export { EndpointDisabled } from './failure/endpoint-disabled.js'
export { EndpointsUnavailable } from './failure/endpoints-unavailable.js'
export { newWebhookKeyPair, newWebhookSecret, type WebhookKeyPair } from './verify/new-webhook-secret.js'
export type { NodeHandler } from './ingress/node-handler.js'
export type { FetchHandler } from './ingress/fetch-handler.js'
export type { BodyCheck, Doubt, SignedHead, SignedRequest, Verified, Verifier } from './verify/verifier.js'
export { RepeatedHeader } from './verify/repeated-header.js'
export { standardWebhooks, type StandardWebhooksOptions } from './verify/standard-webhooks.js'
export { sharedToken, type SharedTokenOptions } from './verify/shared-token.js'
export { hmacSignature, type HmacSignatureOptions } from './verify/hmac-signature.js'
export type { HmacAlgorithm, SignatureEncoding } from './verify/any-hmac.js'
export type { TimestampFormat } from './verify/timestamp.js'
export type { SecretOptions } from './verify/secrets.js'
export { github, type GithubOptions } from './verify/github.js'
export { stripeLike, type StripeLikeOptions } from './verify/stripe-like.js'
export { boxLike, type BoxLikeOptions } from './verify/box-like.js'
export { unsigned } from './verify/unsigned.js'
export {
  signStandardWebhook,
  type StandardWebhook,
  type StandardWebhookHeaders,
} from './verify/sign-standard-webhook.js'
export { isKnown as isKnownSecret, reveal as revealSecret, type SecretText } from './config/secret-text.js'
export { settingsIn } from './config/settings-in.js'
export { http, type HttpClient } from './client/http.js'
export type { BaseUrl } from './client/base-url.js'
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
export { form, type FormFields, type FormValue } from './body/form.js'
export { text } from './body/text.js'
export { binary } from './body/binary.js'
export type { ContentOptions } from './body/content-type.js'
export type { BufferedBody } from './body/buffered-body.js'
export {
  multipart,
  type ContentPart,
  type FilePart,
  type JsonPart,
  type OpenedPart,
  type Part,
  type PartFailures,
  type ValuePart,
} from './body/multipart.js'
export { fileBody, type FileFailures, type SentFile } from './body/file-body.js'
export { ndjsonBody, type Values } from './body/ndjson-body.js'
export type { Expect } from './body/expect.js'
export type { Resume } from './body/resume.js'
export type { Integers } from './json/integers.js'
export { parseJson, type JsonFlaw, type ParsedJson, type ParseJsonOptions } from './json/parse-json.js'
export { whole, type Answered, type Whole } from './client/answered.js'
export type { CompositeOptions } from './client/composite-options.js'
export type { Download, DownloadOptions } from './client/download.js'
export { httpFiles, type HttpFiles, type HttpFilesOptions } from './client/http-files.js'
export type { FailedAnswer } from './client/failed-answer.js'
export type { Callables, HttpQuery, HttpTarget } from './client/forms.js'
export { json, type Body, type JsonBody } from './client/body.js'
export type { PathInput, PathNames } from './client/path.js'
export type { QueryValues } from './client/query-string.js'
export type { Auth, AuthCall, AuthFetch, AuthRequest, Credentials, Unsigned } from './auth/auth.js'
export { bearer } from './auth/bearer.js'
export { apiKey, type ApiKeyOptions } from './auth/api-key.js'
export { basic, type BasicOptions } from './auth/basic.js'
export { hmac, type BytesAs, type HmacOptions } from './auth/hmac.js'
export type { SigningParts } from './auth/signing-template.js'
export { all } from './auth/all.js'
export { clientCredentials } from './auth/oauth/client-credentials.js'
export { refreshToken, type RefreshTokenOptions } from './auth/oauth/refresh-token.js'
export {
  authorizationCode,
  type AuthorizationCode,
  type AuthorizationCodeOptions,
  type Authorized,
  type AuthorizingOptions,
} from './auth/oauth/authorization-code.js'
export type { PendingAuthorization, StartOptions } from './auth/oauth/authorization-url.js'
export type { OAuthClient, OAuthOptions, OAuthServer } from './auth/oauth/oauth-options.js'
export { TokenFailed, type TokenFailedFacts, type TokenStep } from './auth/oauth/token-failed.js'
export {
  memoryTokens,
  type KeptTokens,
  type StoredTokens,
  type TokenStore,
} from './auth/oauth/token-store.js'
export { fileTokens } from './auth/oauth/file-tokens.js'
export type { Tokens } from './auth/oauth/tokens.js'
export { NoAnswer } from './client/no-answer.js'
export { networkFetch } from './client/network-fetch.js'
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
export type { Problem } from './problem/problem.js'
export { problemOf } from './problem/problem-of.js'
export { problemSchema } from './problem/problem-schema.js'
export type { HttpPages } from './pages/pages.js'
export type { PagesCallOptions, PagesOptions } from './pages/pages-options.js'
export type { CursorNext, LinkInNext, LinkNext, Next, OffsetNext, PageNext } from './pages/next.js'
export type { FetchedPage, Page, PageReply, PageRequest } from './pages/page.js'
export type { PageTag } from './pages/page-tag.js'
export type { Position } from './pages/position.js'
export type { PagesPollOptions } from './pages/poll-pages.js'
export {
  remoteFiles,
  type RemoteFile,
  type RemoteFiles,
  type RemoteFilesOptions,
} from './network/remote-files.js'
export type {
  Addresses,
  AddressRules,
  NetworkOptions,
  Pem,
  Pfx,
  ProxyOptions,
  ProxySource,
  TlsOptions,
  TlsSource,
} from './network/network-options.js'
export type { NetworkFaultCode } from './network/network-fault.js'
export type { RedirectOptions } from './network/redirects.js'
export type { Streaming, Transport, Wire } from './client/wire.js'
export type { ConnectionOptions } from './transport/connection-rules.js'
export type { ConnectionRules, TransportFactory, TransportNeeds } from './transport/transport-needs.js'
export { updateWithEtag } from './conditional/update-with-etag.js'
export type { Updated, UpdateOptions } from './conditional/update-options.js'
