import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Issue } from '../failure/decode-failed.js'
import { left, right, type May } from '../result/result.js'
import type { Verdict } from './verdict.js'
import { valueAt, withoutValues } from './without-values.js'

/**
 * Decodes by a Standard Schema. Synchronous where the schema is. The messages are the schema's own, with the values
 * they may echo masked.
 *
 * Source: https://standardschema.dev
 */
export const byStandardSchema = (schema: StandardSchemaV1): ((value: unknown) => May<Verdict<unknown>>) => {
  const standard = schema['~standard']
  return (value) => {
    const result = standard.validate(value)
    return 'then' in result && typeof result.then === 'function'
      ? result.then((r) => verdict(value, r))
      : verdict(value, result as StandardSchemaV1.Result<unknown>)
  }
}

const verdict = (value: unknown, result: StandardSchemaV1.Result<unknown>): Verdict<unknown> =>
  result.issues ? left(result.issues.map((issue) => issueOf(value, issue))) : right(result.value)

const issueOf = (value: unknown, issue: StandardSchemaV1.Issue): Issue => {
  const keys = (issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment))
  return {
    path: keys.map((key) => (typeof key === 'symbol' ? String(key) : key)),
    message: withoutValues(issue.message, valueAt(value, keys)),
  }
}
