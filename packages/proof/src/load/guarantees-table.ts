import { short } from '../../../bench/src/harness/table.ts'
import { mustBe } from './report.ts'
import type { Results } from './results.ts'

/** What a run has shown, as the table of the page of guarantees. */
export const guaranteesTable = ({
  judgements,
  figures,
  maximum,
  rate,
  offered,
  machine,
}: Results): string => {
  const load =
    `${maximum === undefined ? '' : `Measured maximum ${short(maximum)} messages a second; `}` +
    `${short(rate)} a second for the steady load, ${short(offered)} in overload. ` +
    `Node ${machine.node}, ${machine.cores} cores (${machine.processor}), shared by the service, the senders and the receivers.`
  return [
    '',
    load,
    '',
    '| judged | figure | must be | |',
    '|---|---|---|---|',
    ...judgements.map((j) => `| ${j.what} | ${short(j.figure)} ${j.unit} | ${mustBe(j)} | ${j.verdict} |`),
    '',
    '| measured | figure |',
    '|---|---|',
    ...Object.entries(figures).map(([name, figure]) => `| ${name} | ${short(figure)} |`),
    '',
  ].join('\n')
}
