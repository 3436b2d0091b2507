import { short, table } from '../../../bench/src/harness/table.ts'
import type { Judgement } from './judge.ts'
import type { Results } from './results.ts'

/** A run for a terminal: the judgements, then what else was measured. */
export const report = ({ judgements, figures, maximum, rate, offered, machine }: Results): string => {
  const load = [
    maximum === undefined ? undefined : `maximum ${short(maximum)} messages/s`,
    `steady ${short(rate)}/s`,
    `overload ${short(offered)}/s`,
    `Node ${machine.node}, ${machine.cores} cores, load ${machine.load} before`,
  ]
  return [
    load.filter((part) => part !== undefined).join(', '),
    '',
    table(
      ['judged', 'figure', 'must be', 'verdict'],
      judgements.map((j) => [j.what, `${short(j.figure)} ${j.unit}`.trim(), mustBe(j), j.verdict]),
    ),
    '',
    table(
      ['measured', 'figure'],
      Object.entries(figures).map(([name, figure]) => [name, short(figure)]),
    ),
    ...(judgements.some(({ verdict }) => verdict === 'told')
      ? ['', 'told: the run was too short to judge that; it takes two minutes after the warm-up']
      : []),
  ].join('\n')
}

/** A bound in words. */
export const mustBe = ({ must, unit }: Judgement): string => {
  const [sign, n] =
    'atMost' in must ? ['<=', must.atMost] : 'atLeast' in must ? ['>=', must.atLeast] : ['', must.exactly]
  return `${sign} ${short(n)} ${sign === '' ? '' : unit}`.trim()
}
