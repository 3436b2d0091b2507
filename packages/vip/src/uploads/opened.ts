import { createHash, type Hash } from 'node:crypto'
import { addAbortSignal } from 'node:stream'
import {
  isFailure,
  isParked,
  left,
  right,
  StepFailed,
  type Context,
  type FileRef,
  type Result,
} from '@xconnector/core'
import type { SendFailure } from '../failure/put-failure.js'
import type { Tools } from '../tools.js'
import { Slices } from './slices.js'
import { wholeHash } from './whole-hash.js'

/** How far the hash of a file has come. */
export interface Hashed {
  /** Bytes. */
  readonly at: number
  readonly hash: Hash
}

/** The beginning of a file. */
export const unhashed = (): Hashed => ({ at: 0, hash: createHash('sha256') })

/** Opens a file at `start`. What its provider fails with is the failure, whatever its tag. */
export const openedAt = async (
  { files }: Tools,
  ref: FileRef,
  start: number,
  ctx: Context,
  hash: Hash | undefined,
): Promise<Result<SendFailure, Slices>> => {
  try {
    const source = await files.open(ref, { start, signal: ctx.signal, ctx })
    // A provider may not look at the signal.
    return right(new Slices(addAbortSignal(ctx.signal, source), hash))
  } catch (thrown) {
    return left(failureOf(ref, ctx, thrown))
  }
}

/** The sha256 of a whole file, read for nothing else. */
export const hashOf = async (
  { files }: Tools,
  ref: FileRef,
  ctx: Context,
): Promise<Result<SendFailure, string>> => {
  try {
    const source = await files.open(ref, { start: 0, signal: ctx.signal, ctx })
    return right(await wholeHash(addAbortSignal(ctx.signal, source)))
  } catch (thrown) {
    return left(failureOf(ref, ctx, thrown))
  }
}

/** What reading a file failed with. Throws on when it was the caller who ended it. */
export const failureOf = (ref: FileRef, ctx: Context, thrown: unknown): SendFailure => {
  if (ctx.signal.aborted) throw ctx.signal.reason
  // What kept the provider's own call out is in no union, and for the runtime.
  if (isParked(thrown)) return thrown as never
  return isFailure(thrown) ? (thrown as SendFailure) : new StepFailed(`file of ${ref.provider}`, thrown)
}
