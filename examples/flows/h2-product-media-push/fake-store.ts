import { createHash, type Hash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** What a product shows. */
export interface Shown {
  readonly asset: string
  readonly version: number
  /** Of the bytes that are there. */
  readonly sha256: string
}

/** A system that sells products: a staging place for files, and products that show them. */
export interface FakeStore {
  readonly server: Server
  /** What each product shows, by its SKU. */
  readonly shown: Map<string, readonly Shown[]>
  /** Bytes of files that have come, those of broken uploads too. */
  readonly taken: number
  /** Each request with bytes of a file: where they began, and how many came. */
  readonly uploads: [start: number, bytes: number][]
  /** Requests that showed a file, with repeats. */
  readonly attached: string[]
  /** The next upload is cut once so many of its bytes have come. */
  cut(after: number): void
  /** The next upload stands still once so many of its bytes have come: nothing more is read. */
  hold(after: number): Held
  /** The next upload arrives with a byte changed. */
  damage(): void
  /** The answer to the next whole upload, or to the next file that is shown, is lost. */
  loseAnswer(to: 'upload' | 'attach'): void
  /** Refuses to show anything, until it is told otherwise. */
  refuse(status: number | undefined): void
}

/** An upload that stands still. */
export interface Held {
  /** Resolves when it does. */
  readonly reached: Promise<void>
  /** Ends its connection, or goes on with it. */
  end(how: 'cut' | 'go on'): void
}

interface Upload {
  readonly size: number
  readonly hash: Hash
  offset: number
}

/**
 * `parts`: it takes files in parts (`PUT /uploads/x` says how much it has, `PATCH` appends). Else as a whole (`PUT /staging/x`),
 * and of what breaks off it keeps nothing.
 */
export const fakeStore = (options: {
  readonly credentials: readonly [header: string, value: string]
  readonly parts: boolean
}): FakeStore => {
  const { credentials, parts } = options
  const staging = new Map<string, Upload>()
  const shown = new Map<string, readonly Shown[]>()
  const keys = new Set<string>()
  const uploads: [number, number][] = []
  const attached: string[] = []
  let taken = 0
  let cut: number | undefined
  let hold: { after: number; reached(): void; readonly over: Promise<'cut' | 'go on'> } | undefined
  let damaged = false
  let lost: 'upload' | 'attach' | undefined
  let refused: number | undefined

  const digestOf = ({ hash, offset, size }: Upload): string | undefined =>
    offset === size ? hash.copy().digest('hex') : undefined

  const take = async (request: IncomingMessage, upload: Upload): Promise<void> => {
    const seen: [number, number] = [upload.offset, 0]
    uploads.push(seen)
    let left = cut
    let stop = hold
    cut = hold = undefined
    for await (const chunk of request) {
      const piece = left === undefined ? (chunk as Buffer) : (chunk as Buffer).subarray(0, left)
      if (damaged) piece[0]! ^= 1
      damaged = false
      upload.hash.update(piece)
      upload.offset += piece.length
      seen[1] += piece.length
      taken += piece.length
      if (left !== undefined && (left -= piece.length) <= 0) request.destroy()
      if (stop === undefined || (stop.after -= piece.length) > 0) continue
      stop.reached()
      if ((await stop.over) === 'cut') request.destroy()
      stop = undefined
    }
  }

  const answer = (response: ServerResponse, status: number, body?: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body))
  }

  const done = (what: typeof lost, response: ServerResponse, status: number, body?: object): void => {
    if (lost !== what) return answer(response, status, body)
    lost = undefined
    response.destroy()
  }

  const inParts = async (request: IncomingMessage, response: ServerResponse, name: string) => {
    const there = staging.get(name)
    if (request.method === 'DELETE') {
      staging.delete(name)
      return answer(response, 204)
    }
    if (request.method === 'PUT') {
      const { size } = (await jsonOf(request)) as { size: number }
      const upload = there ?? { size, hash: createHash('sha256'), offset: 0 }
      staging.set(name, upload)
      return answer(response, 200, { offset: upload.offset, sha256: digestOf(upload) })
    }
    if (there === undefined) return answer(response, 404)
    if (Number(request.headers['upload-offset']) !== there.offset) return answer(response, 409)
    await take(request, there)
    answer(response, 204)
  }

  const asWhole = async (request: IncomingMessage, response: ServerResponse, name: string) => {
    const there = staging.get(name)
    if (request.method === 'GET')
      return there === undefined
        ? answer(response, 404)
        : answer(response, 200, { size: there.size, sha256: digestOf(there) })
    const upload = { size: Number(request.headers['content-length']), hash: createHash('sha256'), offset: 0 }
    await take(request, upload)
    staging.set(name, upload)
    done('upload', response, 200, { size: upload.size, sha256: digestOf(upload) })
  }

  const attach = async (request: IncomingMessage, response: ServerResponse, sku: string) => {
    const wanted = (await jsonOf(request)) as Shown & { upload?: string; staged?: string }
    if (refused !== undefined) return answer(response, refused)
    const upload = staging.get(wanted.upload ?? wanted.staged ?? '')
    const sha256 = upload && digestOf(upload)
    if (sha256 === undefined || sha256 !== wanted.sha256) return answer(response, 422, { code: 'not-whole' })
    const key = String(request.headers['idempotency-key'])
    attached.push(`${sku} ${wanted.asset}.${wanted.version}`)
    if (!keys.has(key)) {
      const { asset, version } = wanted
      const others = (shown.get(sku) ?? []).filter((other) => other.asset !== asset)
      shown.set(sku, [...others, { asset, version, sha256 }])
    }
    keys.add(key)
    done('attach', response, 201)
  }

  const server = createServer((request, response) => {
    const [header, value] = credentials
    if (request.headers[header] !== value) return answer(response, 401)
    const [, place, name = ''] = /^\/(uploads|staging|products|listings)\/([^/]+)/.exec(request.url!) ?? []
    const handle = place === 'uploads' ? inParts : place === 'staging' ? asWhole : attach
    if (place === (parts ? 'staging' : 'uploads')) return answer(response, 404)
    // A sender whose connection was cut has nobody left to answer.
    handle(request, response, name).catch(() => response.destroy())
  })
  return {
    server,
    shown,
    uploads,
    attached,
    get taken() {
      return taken
    },
    cut: (after) => void (cut = after),
    hold(after) {
      const reached = Promise.withResolvers<void>()
      const over = Promise.withResolvers<'cut' | 'go on'>()
      hold = { after, reached: reached.resolve, over: over.promise }
      return { reached: reached.promise, end: over.resolve }
    },
    damage: () => void (damaged = true),
    loseAnswer: (to) => void (lost = to),
    refuse: (status) => void (refused = status),
  }
}

const jsonOf = async (request: IncomingMessage): Promise<unknown> => {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return JSON.parse(Buffer.concat(pieces).toString())
}
