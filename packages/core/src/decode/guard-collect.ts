import {
  bailOf,
  call,
  checkFunction,
  checkOf,
  isOne,
  keyBail,
  mismatch,
  missingBail,
  notRecord,
} from './guard-check.js'
import { asksAboutUndefined, type Field, type Place, type Plan } from './guard-plan.js'
import type { Writer } from './guard-writer.js'

/** Where the source stands: the variable with the value, the expressions of its path, that of the message to give. */
interface Spot {
  readonly v: string
  readonly path: readonly string[]
  readonly message: string
}

/**
 * The source that pushes onto `out` the issues that decoding would report, in its order. Returns 2 from the function
 * where only io-ts can tell.
 */
export const collectOf = (plan: Plan, at: Spot, w: Writer): string => {
  if (!w.standsAlone(plan)) return inlineCollect(plan, at, w)
  const r = w.name('r')
  const collect = `${collectFunction(plan, w)}(${at.v},${list(at.path)},${at.message},out)===2`
  return `{const ${r}=${checkFunction(plan, w)}(${at.v});if(${r}===2||${r}===0&&${collect})return 2;}`
}

const collectFunction = (plan: Plan, w: Writer): string =>
  w.function('c', plan, (name) => {
    const at: Spot = { v: 'v', path: ['...p'], message: 'm' }
    return `function ${name}(v,p,m,out){${inlineCollect(plan, at, w)}return 0}`
  })

const inlineCollect = (plan: Plan, at: Spot, w: Writer): string => {
  const { v } = at
  switch (plan.kind) {
    case 'leaf':
    case 'literal':
    case 'keys': {
      const condition = mismatch(plan, v, w)
      return condition === 'false'
        ? bailOf(plan, v, w)
        : `if(${condition})${issue(at)}else{${bailOf(plan, v, w)}}`
    }
    case 'refined': {
      const n = w.name('n')
      const inner = collectOf(plan.inner, at, w)
      return `{const ${n}=out.length;${inner}if(out.length===${n}&&!${call(plan.predicate, v, w)})${issue(at)}}`
    }
    case 'recursive':
      return collectOf(plan.inner!, at, w)
    case 'list': {
      const [i, n, x] = [w.name('i'), w.name('n'), w.name('x')]
      const item = collectOf(plan.item.plan, inside(at, x, plan.item, i), w)
      const each = `for(let ${i}=0,${n}=${v}.length;${i}<${n};${i}++){const ${x}=${v}[${i}];${item}}`
      return `if(!isArray(${v}))${issue(at)}else ${each}`
    }
    case 'tuple': {
      const items = plan.items.map((item, i) => {
        const x = w.name('x')
        return `{const ${x}=${v}[${i}];${collectOf(item.plan, inside(at, x, item, String(i)), w)}}`
      })
      const bail = `if(${v}.length>${plan.items.length})return 2;`
      return `if(!isArray(${v}))${issue(at)}else{${items.join('')}${bail}}`
    }
    case 'fields': {
      const fields = plan.fields.map((f) => fieldCollect(f, plan.partial, at, w))
      return `if(${notRecord(v)})${issue(at)}else{${fields.join('')}}`
    }
    case 'entries': {
      const [key, x] = [w.name('key'), w.name('x')]
      const value = collectOf(plan.value.plan, inside(at, x, plan.value, key), w)
      const each = `${keyBail(key)}${checkOf(plan.key, key, 'return 2;', w)}const ${x}=${v}[${key}];${value}`
      const wrong = plan.arrayToo ? `{if(!isArray(${v}))${issue(at)}}` : issue(at)
      return `if(${notRecord(v)})${wrong}else for(const ${key} of keys(${v})){${each}}`
    }
    case 'oneOf': {
      // Issues are reported only where every member refuses: that is checked first.
      const all = w.name('all')
      const tried = plan.members.map((m) => {
        const one = w.name('one')
        return `${one}:{${checkOf(m.plan, v, `break ${one};`, w)}break ${all}}`
      })
      const collected = plan.members.map((m) => collectOf(m.plan, member(at, m), w))
      return `${all}:{${tried.join('')}${collected.join('')}}`
    }
    case 'tagged': {
      const tag = w.name('tag')
      const members = plan.members.map(
        (m) => `if(${isOne(tag, m.values, w)}){${collectOf(m.plan, member(at, m), w)}}`,
      )
      const chosen = `{const ${tag}=${v}[${w.literal(plan.tag)}];${members.join('else ')}else ${issue(at)}}`
      return `if(${notRecord(v)})${issue(at)}else${chosen}`
    }
    case 'allOf':
      return plan.members.map((m) => collectOf(m.plan, member(at, m), w)).join('')
  }
}

const fieldCollect = (field: Field, partial: boolean, at: Spot, w: Writer): string => {
  const x = w.name('x')
  const key = w.literal(field.key)
  const read = `const ${x}=${at.v}[${key}];`
  const collect = collectOf(field.plan, inside(at, x, field, key), w)
  if (partial) {
    if (!asksAboutUndefined(field.plan)) return `{${read}if(${x}!==undefined){${collect}}}`
    const asked = w.name('asked')
    const ask = checkOf(field.plan, x, `break ${asked};`, w)
    return `{${read}if(${x}===undefined)${asked}:{${ask}}else{${collect}}}`
  }
  const bail = missingBail(field, x, at.v, w)
  if (bail === '') return `{${read}${collect}}`
  const n = w.name('n')
  return `{${read}const ${n}=out.length;${collect}if(out.length===${n}){${bail}}}`
}

const inside = (at: Spot, v: string, place: Place, key: string): Spot => ({
  v,
  path: [...at.path, key],
  message: JSON.stringify(place.message),
})

/** Members of unions and intersections look at the same value: only what they say of it differs. */
const member = (at: Spot, place: Place): Spot => ({ ...at, message: JSON.stringify(place.message) })

const issue = (at: Spot): string => `{out.push({path:${list(at.path)},message:${at.message}})}`

const list = (path: readonly string[]): string => `[${path.join(',')}]`
