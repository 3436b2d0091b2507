import { refusal, type Refusal } from '../platform/refusal.js'
import { answer, problem, type Answer } from './answer.js'
import type { Handler } from './call.js'

// What is passed on of the tus server's headers: the others are about browsers.
const PASSED = ['location', 'tus-resumable', 'cache-control']

const CODES: Readonly<Record<number, string>> = {
  404: 'not_found',
  409: 'offset_mismatch',
  410: 'gone',
  412: 'precondition_failed',
  413: 'content_too_large',
}

/** Passes a request on to the tus server, and its refusals as problems. */
export const tus: Handler = async ({ uploads }, { request }) => {
  const response = await uploads.tus(request)
  return response.status < 400 ? passed(response) : problem(refused(response.status, await response.text()))
}

const passed = (response: Response): Answer => ({
  status: response.status,
  headers: Object.fromEntries(
    [...response.headers].filter(([name]) => PASSED.includes(name) || name.startsWith('upload-')),
  ),
})

const refused = (status: number, text: string): Refusal => {
  // Its way to say that another request holds the upload.
  if (status === 500 && text.startsWith('failed to acquire lock'))
    return { ...refusal(423, 'upload_locked', text.trim()), retryable: true, retryAfter: 1 }
  if (status >= 500) return refusal(500, 'server_error', text.trim())
  const code = CODES[status] ?? 'invalid_request'
  return refusal(CODES[status] === undefined ? 400 : status, code, text.trim())
}

export const getUpload: Handler = async ({ uploads }, { params }) => {
  const found = await uploads.find(params.uploadId!)
  if (found === undefined) return problem(refusal(404, 'not_found', `there is no upload ${params.uploadId}`))
  if (found === 'gone') return problem(refusal(410, 'gone', `upload ${params.uploadId} is gone`))
  return answer(200, found.upload)
}

export const terminateUpload: Handler = (house, call) => {
  const { uploadId } = call.params
  return house.uploads.isAttached(uploadId!)
    ? problem(refusal(409, 'upload_attached', `upload ${uploadId} is a version already`))
    : tus(house, call)
}
