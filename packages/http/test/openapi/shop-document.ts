/** A small document with what the generator knows, and a little of what it does not. */
export const small = {
  openapi: '3.1.0',
  info: { title: 'Shop API', version: '1' },
  paths: {
    '/items': {
      get: {
        operationId: 'listItems',
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer' } },
          { name: 'tag', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
          { name: 'ids', in: 'query', explode: false, schema: { type: 'array', items: { type: 'string' } } },
          { name: 'filter[kind]', in: 'query', schema: { enum: ['a', 'b'] } },
          { name: 'session', in: 'cookie', schema: { type: 'string' } },
        ],
        responses: {
          200: {
            content: {
              'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Item' } } },
            },
          },
        },
      },
      post: {
        operationId: 'create-item',
        parameters: [{ name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string' } }],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } },
        },
        responses: {
          201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } } },
          204: {},
        },
      },
    },
    '/items/{id}:publish': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      post: { operationId: 'publish', responses: { 202: { description: 'ok' } } },
    },
    '/items/{id}': {
      parameters: [{ $ref: '#/components/parameters/Id' }],
      patch: {
        operationId: 'patchItem',
        parameters: [{ name: 'If-Match', in: 'header', required: true, schema: { type: 'string' } }],
        requestBody: {
          required: true,
          content: {
            'application/merge-patch+json': {
              schema: { type: 'object', additionalProperties: { type: ['string', 'null'] } },
            },
          },
        },
        responses: {
          '2XX': { content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } } },
        },
      },
      delete: { 'x-xconnector-effect': 'unsafe', operationId: 'removeItem', responses: { 204: {} } },
    },
    '/items/{id}/file': {
      parameters: [{ $ref: '#/components/parameters/Id' }],
      get: { operationId: 'getFile', responses: { 200: { content: { 'image/png': {} } } } },
      put: {
        operationId: 'putFile',
        requestBody: { required: true, content: { 'image/png': {} } },
        responses: { 204: {} },
      },
    },
    '/forms': {
      post: { operationId: 'form', requestBody: { content: { 'multipart/form-data': {} } }, responses: {} },
    },
  },
  components: {
    parameters: { Id: { name: 'id', in: 'path', required: true, schema: { type: 'string' } } },
    schemas: {
      Item: {
        type: 'object',
        description: 'An item.',
        required: ['id', 'price'],
        properties: {
          id: { type: 'string', minLength: 1 },
          price: { type: 'number' },
          state: { enum: ['draft', 'live', null] },
          parent: { $ref: '#/components/schemas/Item' },
          owner: { $ref: '#/components/schemas/Owner' },
          meta: { type: 'object', additionalProperties: { type: 'integer' } },
        },
      },
      Owner: {
        allOf: [
          { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
          {
            oneOf: [
              {
                type: 'object',
                properties: { items: { type: 'array', items: { $ref: '#/components/schemas/Item' } } },
              },
              { type: 'object', required: ['vip'], properties: { vip: { const: true } } },
            ],
          },
        ],
      },
    },
  },
}
