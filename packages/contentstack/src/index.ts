export { contentstack, type Contentstack } from './stack/contentstack.js'
export type { ContentstackOptions, StackDestination } from './stack/options.js'
export type { HostOverrides, Hosts, HostUrl } from './region/hosts.js'
export type { Region, RegionName } from './region/region.js'
export { hmac, type HmacOptions } from './verify/hmac.js'
export { platformSignature, type PlatformSignatureOptions } from './verify/platform-signature.js'
export type { CallPorts } from './verify/public-keys.js'
export type { EntryOf, Payload, StackWebhookOptions } from './webhook/stack-webhook.js'
export type { AssetEventName, EntryEventName, EventName } from './webhook/event-name.js'
export type {
  ContentTypeRef,
  EntryData,
  EnvironmentRef,
  EventFrame,
  PublicationFrame,
  ReleaseRef,
  StackEvent,
  StackEvents,
  WorkflowData,
} from './webhook/event.js'
export { newestPerItem, type VersionedEvent } from './webhook/newest-per-item.js'
export type { Asset, AssetFields, AssetTrace } from './content/asset.js'
export type { Entry, EntryFields, EntryTrace } from './content/entry.js'
export type { AssetInput, EntryInput } from './read/read-input.js'
export type { Read, ReadFailure, StackReads } from './read/reads.js'
export type { AssetWithFile } from './files/file-of.js'
export type { FileFailure, StackFiles } from './files/asset-files.js'
export { ApiFailure, type ApiRefusal } from './failure/api-failure.js'
export type { ErrorEnvelope } from './failure/envelope.js'
export { ItemNotFound } from './failure/item-not-found.js'
export { StackRejected } from './failure/stack-rejected.js'
export type { StackFailure } from './failure/refine.js'
export { FileChanged } from './failure/file-changed.js'
export { ForeignFile } from './failure/foreign-file.js'
export { KeyUnavailable } from './failure/key-unavailable.js'
