import {
  checkFlag,
  checkFunction,
  checkList,
  checkMade,
  checkRecord,
  checkText,
} from '../../config/check-option.js'
import type { RouteOptions } from '../options.js'
import { count } from '../settings.js'

/** Checks what of a route is looked at only when a request is there. @throws TypeError naming the option, below `at`. */
export const checkRoute = (route: RouteOptions<string>, at: string): void => {
  const { name, methods, headers, rewrite, query, pass, request, response, json, localeHeader } = route
  if (name !== undefined) checkText(`${at} name`, name)
  if (localeHeader !== undefined) checkText(`${at} localeHeader`, localeHeader)
  if (methods !== undefined) checkList(`${at} methods`, methods)
  checkTexts(`${at} host`, route.host)
  checkTexts(`${at} locale`, route.locale)
  for (const [option, given] of Object.entries({ headers, rewrite, query, pass, json }))
    checkRecord(`${at} ${option}`, given)
  for (const [header, value] of Object.entries(headers ?? {}))
    if (value !== true && typeof value !== 'string')
      throw new TypeError(`${at} headers ${header}: expected a text or true, got ${typeof value}`)
  for (const option of ['keep', 'drop'] as const)
    if (query?.[option] !== undefined) checkList(`${at} query.${option}`, query[option])
  checkRecord(`${at} query.set`, query?.set)
  checkFlag(`${at} query.sort`, query?.sort)
  for (const option of ['authorization', 'cookie', 'setCookie'] as const)
    checkFlag(`${at} pass.${option}`, pass?.[option])
  checkFunction(`${at} request`, request)
  checkFunction(`${at} response`, response)
  if (json === undefined) return
  checkMade(`${at} json.response`, 'a function', json.response, 'call')
  if (json.maxBytes !== undefined) count(json.maxBytes, `${at} json.maxBytes`)
}

/** A text, or several. */
const checkTexts = (option: string, given: unknown): void => {
  if (given === undefined) return
  const texts = Array.isArray(given) ? (given as readonly unknown[]) : [given]
  if (texts.length === 0) throw new TypeError(`${option}: expected at least one`)
  for (const text of texts) checkText(option, text)
}
