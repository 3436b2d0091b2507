import * as subject from '@xconnector/core/testing'
import { args, constant, exempt, failureClass, type Table } from '../entry.ts'
import { closed, journal } from '../goods.ts'
import {
  aFunction,
  aList,
  choice,
  count,
  countOrNone,
  duration,
  except,
  finite,
  made,
  required,
  someList,
  words,
} from '../kinds.ts'

export const coreTesting: Table<typeof subject> = {
  testFlow: args(
    subject.testFlow,
    { flow: closed(), options: {} },
    {
      flow: required(made),
      'options.sources': choice,
      'options.seed': finite,
      'options.journal': aFunction,
      'options.flows': aList,
    },
  ),
  virtualClock: args(subject.virtualClock, { options: {} }, { 'options.start': finite }),
  manualClock: args(subject.manualClock, { start: 1 }, { start: finite }),
  interleavings: args(
    subject.interleavings,
    { options: { seeds: 1 }, body: async () => undefined },
    {
      'options.seeds': count,
      'options.from': countOrNone,
      'options.patience': count,
      body: required(aFunction),
    },
  ),
  simulate: args(
    subject.simulate,
    {
      flows: [closed()],
      options: { seeds: { count: 1 }, world: () => ({ replace: {}, script: async () => undefined }) },
    },
    {
      flows: required(except(someList, 'a function')),
      'options.world': required(aFunction),
      'options.seed': countOrNone,
      'options.seeds.from': countOrNone,
      'options.seeds.count': required(count),
      'options.processes': except(count, 'a function'),
      'options.faultsFor': duration,
      'options.within': duration,
      'options.shrink': countOrNone,
      'options.patience': count,
      'options.invariants': aList,
      'options.faults': except(made, '{}'),
      'options.faults.every': except(count, '1.5'),
      'options.faults.kinds.crash': except(countOrNone, '1.5'),
      'options.faults.crashes': countOrNone,
      'options.faults.longestMs': except(count, '1.5'),
      'options.repair': choice,
    },
  ),
  law: args(
    subject.law,
    { name: 'l', check: () => undefined },
    { name: required(words), check: required(aFunction) },
  ),
  laws: constant,
  journalContract: args(
    subject.journalContract,
    { maker: { fresh: async () => ({ journal: journal() }) } },
    { maker: required(aFunction) },
  ),
  journalManyContract: args(
    subject.journalManyContract,
    { maker: { fresh: async () => ({ journals: [] }) } },
    { maker: required(aFunction) },
  ),
  InterleavingFailed: exempt('an error that interleavings throws, for tests to catch'),
  SimulationFailed: exempt('an error that simulate throws, for tests to catch'),
  Killed: failureClass,
}
