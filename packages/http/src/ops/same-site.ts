import type { Head } from '../ingress/head.js'

/**
 * Whether an act comes from where a browser would send it for another site. Browsers say so (Fetch Metadata); an operator's
 * cookie must not act for a page that the operator only happens to look at. What is no browser says nothing.
 */
export const fromAnotherSite = (head: Head): boolean => {
  const said = head.header('sec-fetch-site')
  return said !== undefined && said !== 'same-origin' && said !== 'none'
}
