/**
 * The key under which answers to a GET are stored: the backend's name and the path there, with the query. For
 * `gateway.purge`.
 *
 * @example
 * cacheKey('cms', '/v3/entries/42') // 'cms:/v3/entries/42'
 */
export const cacheKey = (backend: string, path: string): string => `${backend}:${path}`
