import { byKind, flow, retry } from '@xconnector/core'
import { assetApproved, formSubmitted, orderPlaced, profileUpdated } from './senders.ts'
import { createTask, pager, postMessage, putRecord } from './systems.ts'

// For all of them. Tried for hours; what was put aside waits until it is sent again, so somebody is told.
const routes = byKind({ transient: retry({ max: '15m', attempts: 24 }) }).alert(pager)

/** An asset was approved: its people are told, and the CRM knows of it. */
export const afterApproval = flow('after-approval')
  .from(assetApproved, {
    latest: { key: ({ asset }) => asset.id, version: ({ asset }) => asset.version },
  })
  .fanOut({
    notify: postMessage.with(({ asset, approvedBy }) => ({
      channel: 'assets',
      text: `${approvedBy} has approved ${asset.title}, version ${asset.version}`,
    })),
    sync: putRecord.with(({ asset }) => ({ kind: 'assets', ...asset })),
  })
  .otherwise(routes)

/** An order was placed: a task for the warehouse, the order for the CRM, and a word to the sales when it is a large one. */
export const afterOrder = flow('after-order')
  .from(orderPlaced, { window: '7d' }) // the shop sends again for three days
  .map('order', ({ order }) => order)
  .fanOut({
    task: createTask.with(({ number }) => ({
      queue: 'warehouse',
      title: `Pick order ${number}`,
      about: number,
    })),
    sync: putRecord.with(({ number, customer, cents }) => ({ kind: 'orders', id: number, customer, cents })),
    notify: (order) =>
      order
        .filter('is large', ({ cents }) => cents >= 1_000_00)
        .to(postMessage.with(({ number }) => ({ channel: 'sales', text: `Order ${number} is a large one` }))),
  })
  .otherwise(routes)

/** A form was submitted: a lead for the CRM, and, when that is there, a task to answer it. */
export const afterForm = flow('after-form')
  .from(formSubmitted, { window: '30d' })
  .to(
    putRecord.with(({ submission, form, name, email, message }) => ({
      kind: 'leads',
      id: submission,
      form,
      name,
      email,
      message,
    })),
  )
  .to(
    createTask.with(({ submission, form, name }) => ({
      queue: form === 'support' ? 'support' : 'sales',
      title: `Answer ${name}`,
      about: submission,
    })),
  )
  .otherwise(routes)

/** A profile was updated: the CRM ends with the newest revision, in whatever order the events come. */
export const afterProfile = flow('after-profile')
  .from(profileUpdated, {
    latest: { key: ({ profile }) => profile.id, version: ({ profile }) => profile.revision },
  })
  .to(putRecord.with(({ profile }) => ({ kind: 'contacts', ...profile })))
  .otherwise(routes)
