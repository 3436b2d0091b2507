/** What a guard tests: the codec tree, reduced to what decides its verdict. Nodes are shared where codecs are. */
export type Plan =
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'keys'; readonly keys: object }
  | { readonly kind: 'refined'; readonly inner: Plan; readonly predicate: unknown }
  | { readonly kind: 'list'; readonly item: Place }
  | { readonly kind: 'tuple'; readonly items: readonly Place[] }
  | { readonly kind: 'fields'; readonly fields: readonly Field[]; readonly partial: boolean }
  | { readonly kind: 'entries'; readonly key: Plan; readonly value: Place; readonly arrayToo: boolean }
  | { readonly kind: 'oneOf'; readonly members: readonly Place[] }
  | { readonly kind: 'tagged'; readonly tag: string; readonly members: readonly Tagged[] }
  | { readonly kind: 'allOf'; readonly members: readonly Place[] }
  /** A recursive codec: its inside may lead back to it. */
  | { readonly kind: 'recursive'; inner: Plan | undefined }

/** What `typeof` and its like can tell. */
export type Leaf =
  | 'null'
  | 'undefined'
  | 'unknown'
  | 'string'
  | 'number'
  | 'bigint'
  | 'boolean'
  | 'array'
  | 'record'
  | 'object'
  | 'function'
  | 'never'

/** A plan where a codec stands in the tree: what an issue there says depends on the name of the codec. */
export interface Place {
  readonly plan: Plan
  readonly message: string
}

/** A place under a key. */
export interface Field extends Place {
  readonly key: string
}

/** A member of a tagged union, with the values of the tag that choose it. */
export interface Tagged extends Place {
  readonly values: readonly unknown[]
}

/** Whether undefined may pass. True where it cannot be told: a needless question only costs time. */
export const admitsUndefined = (plan: Plan, seen: ReadonlySet<Plan> = new Set()): boolean => {
  if (seen.has(plan)) return true
  const inside = new Set([...seen, plan])
  switch (plan.kind) {
    case 'leaf':
      return plan.leaf === 'undefined' || plan.leaf === 'unknown'
    case 'literal':
      return plan.value === undefined
    case 'refined':
      return admitsUndefined(plan.inner, inside)
    case 'recursive':
      return plan.inner === undefined || admitsUndefined(plan.inner, inside)
    case 'oneOf':
      return plan.members.some((m) => admitsUndefined(m.plan, inside))
    case 'allOf':
      return plan.members.every((m) => admitsUndefined(m.plan, inside))
    default:
      return false
  }
}

/** Whether a predicate of the user's may be asked about undefined. True where it cannot be told. */
export const asksAboutUndefined = (plan: Plan, seen: ReadonlySet<Plan> = new Set()): boolean => {
  if (seen.has(plan)) return true
  const inside = new Set([...seen, plan])
  switch (plan.kind) {
    case 'refined':
      return admitsUndefined(plan.inner) || asksAboutUndefined(plan.inner, inside)
    case 'recursive':
      return plan.inner === undefined || asksAboutUndefined(plan.inner, inside)
    case 'oneOf':
    case 'allOf':
      return plan.members.some((m) => asksAboutUndefined(m.plan, inside))
    default:
      return false
  }
}

/** The plans directly inside a plan. */
export const insides = (plan: Plan): readonly Plan[] => {
  switch (plan.kind) {
    case 'refined':
      return [plan.inner]
    case 'recursive':
      return plan.inner === undefined ? [] : [plan.inner]
    case 'list':
      return [plan.item.plan]
    case 'tuple':
      return plan.items.map((i) => i.plan)
    case 'fields':
      return plan.fields.map((f) => f.plan)
    case 'entries':
      return [plan.key, plan.value.plan]
    case 'oneOf':
    case 'allOf':
    case 'tagged':
      return plan.members.map((m) => m.plan)
    default:
      return []
  }
}
