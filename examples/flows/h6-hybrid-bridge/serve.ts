import { readFileSync } from 'node:fs'
import { createRuntime, memoryJournal, untilSignal } from '@xconnector/core'
import { sqlite } from '@xconnector/sqlite'
import { cloudToSite, siteToCloud } from './flow.ts'
import { insideServer, outsideServer } from './service.ts'

const pem = (variable: string): string => {
  const path = process.env[variable]
  if (path === undefined) throw new TypeError(`${variable}: expected the path of a file in PEM`)
  return readFileSync(path, 'utf8')
}

/** Runs the bridge until SIGTERM or SIGINT, with a server for each side. */
export const serve = async (): Promise<void> => {
  const { OUTSIDE_PORT = '8443', INSIDE_PORT = '9443', JOURNAL = 'hybrid-bridge.db' } = process.env
  const outer = outsideServer({ cert: pem('OUTSIDE_CERT'), key: pem('OUTSIDE_KEY') })
  const inner = insideServer({ cert: pem('INSIDE_CERT'), key: pem('INSIDE_KEY'), ca: pem('SITE_CA') })
  const journal = JOURNAL === 'memory' ? memoryJournal() : sqlite({ file: JOURNAL })
  const runtime = createRuntime({ flows: [cloudToSite, siteToCloud], journal })
  await runtime.start()
  outer.listen(Number(OUTSIDE_PORT))
  inner.listen(Number(INSIDE_PORT))
  console.log(`hybrid-bridge: the cloud at ${OUTSIDE_PORT}, the site at ${INSIDE_PORT}`)
  await untilSignal(runtime, {
    server: {
      close(done) {
        let left = 2
        for (const server of [outer, inner]) server.close(() => --left === 0 && done?.())
      },
      closeIdleConnections: () => [outer, inner].forEach((server) => server.closeIdleConnections()),
    },
  })
}
