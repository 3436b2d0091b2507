/* oxlint-disable typescript/no-explicit-any */
import type { Json } from '../message/json.js'

/** What JSON cannot carry. */
export type Unstorable =
  | Date
  | Map<any, any>
  | Set<any>
  | bigint
  | symbol
  | ((...a: any) => any)
  | ArrayBuffer
  | ArrayBufferView
  | ReadableStream

/** T with everything JSON cannot carry replaced by never; equal to T when all can be stored. */
export type Storable<T> = T extends string | number | boolean | null | undefined
  ? T
  : // Before looking inside: JSON itself has no end.
    [T] extends [Json]
    ? T
    : T extends Unstorable
      ? never
      : T extends object
        ? { readonly [K in keyof T]: Storable<T[K]> }
        : T

/** The body behind a durable point: T itself, or a type that names the fields at fault as soon as a step touches it. */
export type Kept<T> = [T] extends [Storable<T>]
  ? T
  : CannotBeStored<{ [K in keyof T]: [T[K]] extends [Storable<T[K]>] ? never : K }[keyof T]>

/** Stands for a body that cannot cross a durable point; `Fields` says why. */
export interface CannotBeStored<Fields> {
  readonly 'give durable(name, codec), or map inside the hop with target.with()': Fields
}
