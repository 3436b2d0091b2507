import { Agent, request } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { signStandardWebhook } from '@xconnector/http'
import { isPoison, type Mail } from '../cast/mail.ts'
import type { Places } from '../places.ts'
import { BASE_PATH, SIGNING_SECRET } from '../service/hook.ts'

/** What came back. Status 0: nothing, for nobody was there, or the connection was lost, or it took too long. */
export interface Answered {
  readonly status: number
  /** The id that the message has in the journal. */
  readonly id?: string
}

const LIMIT_MS = 8000

/** Sends a message once to a service, signed. */
export const poster = (places: Places): ((service: string, mail: Mail) => Promise<Answered>) => {
  const agent = new Agent({ keepAlive: true })
  return (service, mail) =>
    new Promise((resolve) => {
      const port = portOf(places, service)
      if (port === undefined) return resolve({ status: 0 })
      const { refuse: _, ...undecodable } = mail
      const body = JSON.stringify(isPoison(mail) ? undecodable : mail)
      const timestamp = Math.floor(Date.now() / 1000)
      const signed = signStandardWebhook({ secret: SIGNING_SECRET, id: mail.m, timestamp, body })
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...signed,
      }
      const path = `${BASE_PATH}/${mail.kind}`
      const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        answer.once('error', () => resolve({ status: 0 }))
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, ...idOf(text) }))
        answer.once('close', () => resolve({ status: 0 }))
      })
      sent.setTimeout(LIMIT_MS, () => sent.destroy())
      sent.once('error', () => resolve({ status: 0 }))
      sent.end(body)
    })
}

const portOf = (places: Places, service: string): number | undefined => {
  const file = places.port(service)
  const port = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  return port > 0 ? port : undefined
}

const idOf = (text: string): { readonly id?: string } => {
  try {
    const { id } = JSON.parse(text) as { readonly id?: unknown }
    return typeof id === 'string' ? { id } : {}
  } catch {
    return {}
  }
}
