import { describe, expect, test } from 'vitest'
import { contract, violationText, type SeenRequest, type SeenResponse } from '@xconnector/vip/testing'

const judge = contract()
const authorization = 'Bearer t'
const typedJson = { authorization, 'content-type': 'application/json; charset=utf-8' }
const put: SeenRequest = {
  method: 'PUT',
  path: '/sources/cms/assets/a%2Fb',
  headers: typedJson,
  body: {
    source: { system: 'cms', id: 'a/b' },
    kind: 'image',
    metadata: { title: { en: 'A' } },
    rights: { status: 'cleared', permissions: [] },
  },
}
const asset = {
  ...(put.body as object),
  id: 'ast_0001',
  status: 'draft',
  revision: 1,
  currentVersionId: null,
  publishedVersionId: null,
  createdAt: '2026-11-21T00:00:00.000Z',
  updatedAt: '2026-11-21T00:00:00.000Z',
}
const answerHeaders = { ETag: '"r1"', Location: '/assets/ast_0001', 'Content-Type': 'application/json' }
const created: SeenResponse = {
  status: 201,
  headers: answerHeaders,
  body: asset,
}
const withBody = (change: object) => ({ ...put, body: { ...(put.body as object), ...change } })
const texts = (request: SeenRequest) => judge.request(request).map(violationText)
const answers = (change: Partial<SeenResponse>) =>
  judge.response(put, { ...created, ...change }).map(violationText)

describe('An exchange that keeps the contract', () => {
  test('has no violations', () => {
    expect(judge.check(put, created)).toEqual([])
  })

  test('may carry headers that the contract does not name', () => {
    expect(judge.check({ ...put, headers: { ...typedJson, traceparent: 'x' } }, created)).toEqual([])
  })

  test('is found by its method and its path, with the values of the path decoded', () => {
    const found = judge.match('PUT', '/sources/cms/assets/a%2Fb')
    expect(found).toMatchObject({
      operation: { id: 'putAssetBySource' },
      params: { system: 'cms', sourceId: 'a/b' },
    })
  })
})

describe('A request violates the contract', () => {
  const of = 'request of PUT /sources/cms/assets/a%2Fb'

  test('by an unknown path', () => {
    expect(texts({ method: 'GET', path: '/nowhere', headers: {} })).toEqual([
      'request of GET /nowhere: path: no such path in the contract',
    ])
  })

  test('by a method that the path does not have', () => {
    expect(texts({ ...put, method: 'PATCH' })[0]).toContain('the path has no such method')
  })

  test('by no credentials', () => {
    const headers = { 'content-type': 'application/json' }
    expect(texts({ ...put, headers })).toEqual([`${of}: header Authorization: must be a bearer token`])
  })

  test('by a missing header', () => {
    const request = { method: 'DELETE', path: '/assets/ast_0001', headers: { authorization } }
    expect(texts(request)).toEqual(['request of DELETE /assets/ast_0001: header If-Match: is missing'])
  })

  test('by a header of the wrong form: a key without its quotes', () => {
    const headers = { ...typedJson, 'Idempotency-Key': 'bare' }
    expect(texts({ ...put, headers })[0]).toContain('header Idempotency-Key: must match pattern')
  })

  test('by a header that is no number', () => {
    const headers = { authorization, 'tus-resumable': '1.0.0', 'upload-length': 'long' }
    expect(texts({ method: 'POST', path: '/uploads', headers })[0]).toContain(
      'Upload-Length: must be integer',
    )
  })

  test('by a value of the path', () => {
    const request = { method: 'GET', path: '/assets/nine', headers: { authorization } }
    expect(texts(request)[0]).toContain('path assetId: must match pattern')
  })

  test('by a query that is unknown or out of bounds', () => {
    const path = '/assets/ast_0001/versions?limit=0&page=2'
    expect(texts({ method: 'GET', path, headers: { authorization } })).toEqual([
      'request of GET /assets/ast_0001/versions: query limit: must be >= 1',
      'request of GET /assets/ast_0001/versions: query page: is not in the contract',
    ])
  })

  test('by its media type, or without one', () => {
    const typed = (type: string | undefined) => ({ ...put, headers: { authorization, 'content-type': type } })
    expect(texts(typed('text/plain'))).toEqual([`${of}: media-type: must be application/json, is text/plain`])
    expect(texts(typed(undefined))).toEqual([`${of}: media-type: must be application/json, is missing`])
  })

  test('by a missing body', () => {
    const { body: _, ...bodiless } = put
    expect(texts(bodiless)).toEqual([`${of}: body : is missing`])
  })

  test('by a body, at each place where it is wrong', () => {
    const body = { kind: 'sculpture', metadata: { title: { english_words: 'A' } }, extra: 1 }
    const found = texts(withBody(body))
    expect(found).toContain(`${of}: body : must NOT have additional properties: extra`)
    expect(found.some((each) => each.includes('body /kind: must be equal to one of'))).toBe(true)
    expect(found.some((each) => each.includes('body /metadata/title'))).toBe(true)
  })

  test('by a body where none is taken', () => {
    const request = { method: 'GET', path: '/assets/ast_0001', headers: { authorization }, body: {} }
    expect(texts(request)[0]).toContain('the operation takes none')
  })
})

describe('An answer violates the contract', () => {
  const of = 'response of PUT /sources/cms/assets/a%2Fb'

  test('by a status that is not documented', () => {
    expect(answers({ status: 207 })).toEqual([`${of}: status: 207 is not in the contract`])
  })

  test('by a missing header', () => {
    const { ETag: _, ...headers } = answerHeaders
    expect(answers({ headers })).toEqual([`${of}: header ETag: is missing`])
  })

  test('by a weak entity tag', () => {
    expect(answers({ headers: { ...answerHeaders, ETag: 'W/"r1"' } })[0]).toContain('header ETag: must match')
  })

  test('by its media type', () => {
    const headers = { ...answerHeaders, 'Content-Type': 'text/html' }
    expect(answers({ headers })).toEqual([`${of}: media-type: must be application/json, is text/html`])
  })

  test('by its body', () => {
    expect(answers({ body: { ...asset, revision: 0 } })).toEqual([`${of}: body /revision: must be >= 1`])
    expect(answers({ body: undefined })).toEqual([`${of}: body : is missing`])
  })

  test('by a refusal that is no problem of the contract', () => {
    const headers = { 'Content-Type': 'application/problem+json' }
    const body = { type: 'about:blank', title: 'Conflict', status: 409, code: 'made_up' }
    expect(answers({ status: 409, headers, body })[0]).toContain('body /code: must be equal to one of')
  })

  test('by a body where none is documented', () => {
    const request = { method: 'DELETE', path: '/uploads/u', headers: {} }
    const answer = { status: 204, headers: { 'tus-resumable': '1.0.0' }, body: {} }
    expect(judge.response(request, answer).map(violationText)).toEqual([
      'response of DELETE /uploads/u: body : the answer has none',
    ])
  })
})

describe('An event', () => {
  const event = {
    specversion: '1.0',
    id: 'evt_0001',
    source: '/tenants/test',
    type: 'vip.asset.published',
    subject: 'assets/ast_0001',
    time: '2026-11-21T00:00:00Z',
    datacontenttype: 'application/json',
    sequence: '00000000000000000001',
    data: { object: { kind: 'asset', id: 'ast_0001', revision: 3 } },
  }

  test('may keep the contract', () => {
    expect(judge.event(event)).toEqual([])
  })

  test('violates it by an unknown type and a short sequence', () => {
    const found = judge.event({ ...event, type: 'vip.asset.eaten', sequence: '1' })
    expect(found.map(({ side, of, name }) => ({ side, of, name }))).toEqual([
      { side: 'event', of: 'vip.asset.eaten', name: '/type' },
      { side: 'event', of: 'vip.asset.eaten', name: '/sequence' },
    ])
  })
})
