import { isCredential } from '../failure/credentials.js'

const TOKEN = /^[A-Za-z][A-Za-z_.:/+-]{0,31}\d{0,2}$/
const PERSONAL =
  /name|mail|phone|mobile|address|street|city|zip|postal|birth|gender|author|user|person|contact|owner|creator|customer|member|login|iban|account|salary|ssn|(?:^|_)by$|(?:^|_)ip$/i

/** Whether a text looks like one of a set of names: a word, no id, no sentence, no address. */
export const isToken = (text: string): boolean => TOKEN.test(text)

/** Whether values under a key may be remembered: neither credentials nor likely data of a person. */
export const mayBeEnum = (key: string): boolean => !PERSONAL.test(key) && !isCredential(key)
