import type { Check } from './checks.ts'
import type { Packed } from './pack.ts'

/** What a registry shows of a package, and what installers and bundlers read in it. */
export const checkFields = ({ manifest: m }: Packed): readonly Check[] => {
  const check = (what: string, trouble: string | false): Check => ({
    what: `${m.name}: ${what}`,
    trouble: trouble === false ? undefined : trouble,
  })
  const peers = Object.keys(m.peerDependencies ?? {})
  const both = peers.filter((name) => m.dependencies?.[name] !== undefined)
  const strangers = Object.keys(m.peerDependenciesMeta ?? {}).filter((name) => !peers.includes(name))
  return [
    check('is described', (m.description ?? '').length < 20 && 'description says too little'),
    check('can be found', (m.keywords ?? []).length < 3 && 'keywords are fewer than three'),
    check('is licensed', m.license !== 'MIT' && `license is ${m.license}, the repository's is MIT`),
    check('can be shaken', m.sideEffects === undefined && 'sideEffects is not said'),
    check('says on which Node it runs', m.engines?.['node'] === undefined && 'engines.node is not said'),
    check('is public', m.publishConfig?.access !== 'public' && 'publishConfig.access is not public'),
    check('asks for a peer once', both.length > 0 && `also in dependencies: ${both.join(', ')}`),
    check('qualifies only its peers', strangers.length > 0 && `not a peer: ${strangers.join(', ')}`),
  ]
}
