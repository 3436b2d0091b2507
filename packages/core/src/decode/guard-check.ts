import { admitsUndefined, asksAboutUndefined, type Field, type Leaf, type Plan } from './guard-plan.js'
import type { Writer } from './guard-writer.js'

/** More keys than this are looked up, not compared one by one. */
const COMPARED = 16

/**
 * The source that checks the value in the variable `v`. It runs on when the value passes as it is, runs the statement
 * `fail` when the codec refuses it, and returns 2 from the function when only io-ts can tell: decoding would give
 * another value than came in.
 */
export const checkOf = (plan: Plan, v: string, fail: string, w: Writer): string => {
  if (!w.standsAlone(plan)) return inlineCheck(plan, v, fail, w)
  const r = w.name('r')
  return `{const ${r}=${checkFunction(plan, w)}(${v});if(${r}!==1){if(${r}===2)return 2;${fail}}}`
}

/** The name of a plan's own check: gives 1 for yes, 0 for no, 2 where only io-ts can tell. */
export const checkFunction = (plan: Plan, w: Writer): string =>
  w.function('g', plan, (name) => `function ${name}(v){${inlineCheck(plan, 'v', 'return 0;', w)}return 1}`)

const inlineCheck = (plan: Plan, v: string, fail: string, w: Writer): string => {
  switch (plan.kind) {
    case 'leaf':
      return `${refused(LEAF[plan.leaf](v), fail)}${bailOf(plan, v, w)}`
    case 'literal':
    case 'keys':
      return `${refused(mismatch(plan, v, w), fail)}${bailOf(plan, v, w)}`
    case 'refined':
      return `${checkOf(plan.inner, v, fail, w)}if(!${call(plan.predicate, v, w)}){${fail}}`
    case 'recursive':
      return checkOf(plan.inner!, v, fail, w)
    case 'list': {
      const [i, n, x] = [w.name('i'), w.name('n'), w.name('x')]
      const item = checkOf(plan.item.plan, x, fail, w)
      return `if(!isArray(${v})){${fail}}for(let ${i}=0,${n}=${v}.length;${i}<${n};${i}++){const ${x}=${v}[${i}];${item}}`
    }
    case 'tuple': {
      const items = plan.items.map((item, i) => {
        const x = w.name('x')
        return `{const ${x}=${v}[${i}];${checkOf(item.plan, x, fail, w)}}`
      })
      return `if(!isArray(${v})){${fail}}${items.join('')}if(${v}.length>${plan.items.length})return 2;`
    }
    case 'fields':
      return `if(${notRecord(v)}){${fail}}${plan.fields.map((f) => fieldCheck(f, plan.partial, v, fail, w)).join('')}`
    case 'entries': {
      const [key, x] = [w.name('key'), w.name('x')]
      const each = `${keyBail(key)}${checkOf(plan.key, key, 'return 2;', w)}const ${x}=${v}[${key}];${checkOf(plan.value.plan, x, fail, w)}`
      const otherwise = plan.arrayToo ? `if(!isArray(${v})){${fail}}` : fail
      return `if(${notRecord(v)}){${otherwise}}else for(const ${key} of keys(${v})){${each}}`
    }
    case 'oneOf': {
      const all = w.name('all')
      const members = plan.members.map((m) => {
        const one = w.name('one')
        return `${one}:{${checkOf(m.plan, v, `break ${one};`, w)}break ${all}}`
      })
      return `${all}:{${members.join('')}${fail}}`
    }
    case 'tagged': {
      const tag = w.name('tag')
      const members = plan.members.map(
        (m) => `if(${isOne(tag, m.values, w)}){${checkOf(m.plan, v, fail, w)}}`,
      )
      return `if(${notRecord(v)}){${fail}}{const ${tag}=${v}[${w.literal(plan.tag)}];${members.join('else ')}else{${fail}}}`
    }
    case 'allOf':
      return plan.members.map((m) => checkOf(m.plan, v, fail, w)).join('')
  }
}

const fieldCheck = (field: Field, partial: boolean, v: string, fail: string, w: Writer): string => {
  const x = w.name('x')
  const read = `const ${x}=${v}[${w.literal(field.key)}];`
  if (!partial) return `{${read}${checkOf(field.plan, x, fail, w)}${missingBail(field, x, v, w)}}`
  if (!asksAboutUndefined(field.plan))
    return `{${read}if(${x}!==undefined){${checkOf(field.plan, x, fail, w)}}}`
  // io-ts asks the predicate about undefined too, and ignores the answer; the predicate may throw.
  const asked = w.name('asked')
  return `${asked}:{${read}${checkOf(field.plan, x, `if(${x}!==undefined){${fail}}break ${asked};`, w)}}`
}

/** A required field that may be undefined: where its key is missing, io-ts adds it to a copy. */
export const missingBail = (field: Field, x: string, v: string, w: Writer): string =>
  admitsUndefined(field.plan) ? `if(${x}===undefined&&!has(${v},${w.literal(field.key)}))return 2;` : ''

/** io-ts copies a record entry by entry; under this key that sets the prototype of the copy, and what follows differs. */
export const keyBail = (key: string): string => `if(${key}==='__proto__')return 2;`

/** Values that pass but would be replaced: NaN makes io-ts copy what holds it, and -0 decodes to the literal 0. */
export const bailOf = (plan: Plan, v: string, w: Writer): string => {
  if (plan.kind === 'leaf' && (plan.leaf === 'number' || plan.leaf === 'unknown'))
    return `if(${v}!==${v})return 2;`
  if (plan.kind === 'literal' && plan.value === 0)
    return `if(!Object.is(${v},${w.literal(plan.value)}))return 2;`
  return ''
}

/** The condition under which a leaf, literal or keyof refuses. */
export const mismatch = (
  plan: Plan & { kind: 'leaf' | 'literal' | 'keys' },
  v: string,
  w: Writer,
): string => {
  if (plan.kind === 'leaf') return LEAF[plan.leaf](v)
  if (plan.kind === 'literal') return `${v}!==${w.literal(plan.value)}`
  const keys = Object.getOwnPropertyNames(plan.keys)
  if (keys.length > COMPARED) return `typeof ${v}!=='string'||!has(${w.constant(plan.keys)},${v})`
  return keys.map((key) => `${v}!==${w.literal(key)}`).join('&&') || 'true'
}

/** The condition under which a tag is one of the values. */
export const isOne = (tag: string, values: readonly unknown[], w: Writer): string =>
  values.map((value) => `${tag}===${w.literal(value)}`).join('||')

export const notRecord = (v: string): string => `typeof ${v}!=='object'||${v}===null||isArray(${v})`

export const call = (predicate: unknown, v: string, w: Writer): string => `${w.constant(predicate)}(${v})`

const refused = (condition: string, fail: string): string =>
  condition === 'false' ? '' : `if(${condition}){${fail}}`

/** The condition under which a leaf refuses. */
const LEAF: Readonly<Record<Leaf, (v: string) => string>> = {
  null: (v) => `${v}!==null`,
  undefined: (v) => `${v}!==undefined`,
  unknown: () => 'false',
  string: (v) => `typeof ${v}!=='string'`,
  number: (v) => `typeof ${v}!=='number'`,
  bigint: (v) => `typeof ${v}!=='bigint'`,
  boolean: (v) => `typeof ${v}!=='boolean'`,
  array: (v) => `!isArray(${v})`,
  record: (v) => notRecord(v),
  object: (v) => `typeof ${v}!=='object'||${v}===null`,
  function: (v) => `typeof ${v}!=='function'`,
  never: () => 'true',
}
