// A foreign server in a process of its own: mockttp does not load under the test runner's resolve conditions.
import { generateCACertificate, getLocal } from 'mockttp'

const ca = await generateCACertificate({ subject: { commonName: 'a CA of this test' } })
const server = getLocal({ https: { cert: ca.cert, key: ca.key } })
await server.start()
for (const method of ['forGet', 'forPost']) {
  await server[method]('/ok').thenJson(200, { ok: true })
  await server[method]('/close').thenCloseConnection()
  await server[method]('/reset').thenResetConnection()
  await server[method]('/never').thenTimeout()
}
await server.on('request', (request) => {
  void request.body.getText().then((text) => process.send({ path: request.path, text }))
})
await server.on('request-initiated', (request) => process.send({ begun: request.path }))
process.send({ port: server.port, ca: ca.cert })
process.once('disconnect', () => process.exit())
