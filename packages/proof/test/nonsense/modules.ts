import * as contentstack from '@xconnector/contentstack'
import * as contentstackTesting from '@xconnector/contentstack/testing'
import * as core from '@xconnector/core'
import * as coreFormats from '@xconnector/core/formats'
import * as coreFp from '@xconnector/core/fp'
import * as coreOperate from '@xconnector/core/operate'
import * as corePatterns from '@xconnector/core/patterns'
import * as coreTesting from '@xconnector/core/testing'
import * as coreWhatIf from '@xconnector/core/what-if'
import * as http from '@xconnector/http'
import * as httpFp from '@xconnector/http/fp'
import * as httpGateway from '@xconnector/http/gateway'
import * as httpOpenapi from '@xconnector/http/openapi'
import * as httpOps from '@xconnector/http/ops'
import * as httpTesting from '@xconnector/http/testing'
import * as httpUndici from '@xconnector/http/undici'
import * as sqlite from '@xconnector/sqlite'
import * as vip from '@xconnector/vip'
import * as vipTesting from '@xconnector/vip/testing'
import type { Entry } from './entry.ts'
import * as tables from './tables.ts'

interface Module {
  readonly name: string
  readonly subject: Readonly<Record<string, unknown>>
  readonly table: Readonly<Record<string, Entry>>
}

/** Every entry point that users import, with its table. */
export const modules: readonly Module[] = [
  { name: '@xconnector/contentstack', subject: contentstack, table: tables.contentstack },
  {
    name: '@xconnector/contentstack/testing',
    subject: contentstackTesting,
    table: tables.contentstackTesting,
  },
  { name: '@xconnector/core', subject: core, table: tables.core },
  { name: '@xconnector/core/formats', subject: coreFormats, table: tables.coreFormats },
  { name: '@xconnector/core/fp', subject: coreFp, table: tables.coreFp },
  { name: '@xconnector/core/operate', subject: coreOperate, table: tables.coreOperate },
  { name: '@xconnector/core/patterns', subject: corePatterns, table: tables.corePatterns },
  { name: '@xconnector/core/testing', subject: coreTesting, table: tables.coreTesting },
  { name: '@xconnector/core/what-if', subject: coreWhatIf, table: tables.coreWhatIf },
  { name: '@xconnector/http', subject: http, table: tables.http },
  { name: '@xconnector/http/fp', subject: httpFp, table: tables.httpFp },
  { name: '@xconnector/http/gateway', subject: httpGateway, table: tables.httpGateway },
  { name: '@xconnector/http/openapi', subject: httpOpenapi, table: tables.httpOpenapi },
  { name: '@xconnector/http/ops', subject: httpOps, table: tables.httpOps },
  { name: '@xconnector/http/testing', subject: httpTesting, table: tables.httpTesting },
  { name: '@xconnector/http/undici', subject: httpUndici, table: tables.httpUndici },
  { name: '@xconnector/sqlite', subject: sqlite, table: tables.sqlite },
  { name: '@xconnector/vip', subject: vip, table: tables.vip },
  { name: '@xconnector/vip/testing', subject: vipTesting, table: tables.vipTesting },
]
