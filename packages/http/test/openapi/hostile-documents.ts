/** Texts that would do harm where they are not kept text. */
export const EVIL = [
  '*/ process.exit(1) /*',
  '`${process.exit(1)}`',
  '"); process.exit(1); ("',
  "'+process.exit(1)+'",
  'a\nprocess.exit(1)\n//',
  '\u2028process.exit(1)',
  '__proto__',
  'constructor',
  '</script>',
  '\\',
  '日本',
  '',
  '\ud800',
]

/** A document with a hostile text in every place that has one. */
export const hostile = (evil: string): object => ({
  openapi: '3.1.0',
  info: { title: evil, version: evil, description: evil },
  servers: [{ url: evil }],
  paths: {
    [`/a/${evil.replace(/[?#{}]/g, '')}/{${evil}}`]: {
      parameters: [
        { name: evil, in: 'path', required: true, description: evil, schema: { type: 'string' } },
        { name: evil, in: 'query', description: evil, schema: { type: 'string', default: evil } },
        { name: evil, in: 'header', schema: { type: 'string' } },
      ],
      post: {
        operationId: evil,
        summary: evil,
        description: evil,
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Ok' } }, [evil]: {} },
        },
        responses: {
          200: {
            description: evil,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Ok' } } },
          },
        },
      },
    },
    '/b': {
      get: {
        operationId: evil,
        responses: {
          200: {
            content: {
              'application/json': {
                schema: {
                  $ref: `#/components/schemas/${encodeURIComponent(evil.replace('\ud800', '')).replaceAll('%2F', '~1')}`,
                },
              },
            },
          },
        },
      },
    },
  },
  components: {
    securitySchemes: { [evil]: { type: evil, name: evil } },
    schemas: {
      Ok: {
        type: 'object',
        description: evil,
        required: [evil],
        properties: {
          [evil]: { type: 'string', description: evil },
          other: { enum: [evil, 'x'] },
          self: { $ref: '#/components/schemas/Ok' },
        },
      },
      [evil]: { const: evil },
    },
  },
})
