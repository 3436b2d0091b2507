import { LiveSchedule } from './live-schedule.js'
import { checkSchedule, type ScheduleOptions } from './schedule-options.js'
import { readScheduled, type Scheduled } from './scheduled.js'
import type { Source } from './source.js'

/**
 * A source that gives a message at planned times: by a cron pattern in a time zone, or at each whole multiple of a length
 * of time. The trigger of the polling consumer of Enterprise Integration Patterns.
 *
 * It runs in one process at a time. Its position is committed in one transaction with each run's message, so a crash
 * neither loses a run nor repeats one, and neither does a clock that goes back. What was planned while no process ran is
 * made up for as `missed` says; a run that meets an earlier one does as `overlap` says. What is left out is told in the
 * log and in the next run's `skipped`. A schedule that is deployed for the first time, or with other times, begins anew.
 *
 * @example
 * flow('nightly').from(schedule({ name: 'nightly', cron: '0 2 * * *', zone: 'Europe/Berlin' }))
 * @throws TypeError that names the schedule and the option at fault: a pattern or zone that is none, a pattern that never
 * comes, `missed: 'all'` with `overlap: 'skip'`.
 */
export const schedule = (options: ScheduleOptions): Source<Scheduled> => {
  const checked = checkSchedule(options)
  return {
    name: checked.name,
    single: true,
    decode: readScheduled,
    async start(intake) {
      const live = new LiveSchedule(checked, intake)
      await live.begin()
      return live
    },
  }
}
