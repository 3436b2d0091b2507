import type * as oauth from 'oauth4webapi'

/** oauth4webapi, loaded when the first token is asked for. */
export type OAuthLibrary = typeof oauth

export const loadOAuth = (): Promise<OAuthLibrary> => import('oauth4webapi')
