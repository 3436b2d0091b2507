import { isCredential } from '../failure/credentials.js'
import { ANY_KEY } from './dynamic-key.js'

const TOKEN = /^[A-Za-z][A-Za-z_.:/+-]{0,31}\d{0,2}$/
const PERSONAL =
  /name|mail|phone|mobile|address|street|city|zip|postal|birth|gender|author|user|person|contact|owner|creator|customer|member|login|iban|account|salary|ssn|(?:^|_)by$|(?:^|_)ip$|^(?:first|last|given|family|middle)$/i

/** Whether a text looks like one of a set of names: a word, no id, no sentence, no address. */
export const isToken = (text: string): boolean => TOKEN.test(text)

/**
 * Whether values at a path may be remembered: neither inside of anything that is named as a credential, nor at a name that is
 * likely data of a person.
 */
export const mayBeEnum = (path: string): boolean => {
  const names = path.split(/\.|\[\]/).filter((name) => name !== '' && name !== ANY_KEY)
  return !PERSONAL.test(names.at(-1) ?? '') && !names.some(isCredential)
}
