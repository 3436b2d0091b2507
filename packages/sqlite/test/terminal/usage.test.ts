import { describe, expect, it } from 'vitest'
import { commands } from '../../src/terminal/run.js'
import { plain } from '../../src/terminal/plain.js'
import { fittedTable } from '../../src/terminal/table.js'
import { bytes, span } from '../../src/terminal/spans.js'
import { cutTo, widthOf } from '../../src/terminal/width.js'
import { atTerminal } from './support/at-terminal.js'

const say = atTerminal('/nowhere/journal.db')

describe('the command line', () => {
  it.each([
    [['dance'], 'there is no command "dance"'],
    [['dead'], 'there is no command "dead"; there are dead ls, dead show, dead replay, dead discard'],
    [['dead', 'sleep', 'x'], 'there is no command "dead sleep"'],
    [['--json'], 'say what to do'],
    [['status', '--nonsense'], 'status: there is no option --nonsense; there are --file, --wait'],
    [['status', 'orders'], 'status: it takes no names, only options; got "orders"'],
    [['dead', 'ls', 'orders', '--since', '1h'], 'dead ls: it takes no names, only options; got "orders"'],
    [['version', '2'], 'version: it takes no names'],
    [['dead', 'ls', '--flow'], "Option '--flow <value>' argument missing"],
    [['dead', 'ls', '--limit', '0'], '--limit: expected a whole number above 0'],
    [['dead', 'ls', '--since', 'yesterday'], '--since: expected a length of time like 2h'],
    [['dead', 'show'], 'dead show: name one id'],
    [['dead', 'show', 'a', 'b'], 'dead show: name one id'],
    [['dead', 'replay'], 'say which: the ids, or --flow'],
    [['dead', 'replay', 'a', '--flow', 'f'], 'not both'],
    [['dead', 'discard', '--flow', 'f'], 'say why: --why TEXT'],
    [['pause'], 'say what: flow F | hop F/H'],
    [['pause', 'hop', 'f'], 'a hop is named FLOW/HOP'],
    [['pause', 'planet', 'f'], 'say what: flow F | hop F/H'],
    [['resume', 'flow'], 'say what: flow F | hop F/H'],
    [['tail', 'f'], 'it takes no names'],
    [['graph'], 'graph: name one flow'],
    [['graph', 'f', '--svg', '--mermaid'], '--svg or --mermaid, not both'],
    [['erase'], 'erase: name one key'],
    [['erase', 'k'], 'add --yes'],
    [['help', 'dance'], 'there is no command "dance"'],
    [['status', '--wait', 'long'], '--wait: expected a length of time like 10s'],
  ])('that makes no sense ends with 2, and says why: %j', async (args, why) => {
    const said = await say(...args)
    expect([said.code, said.out]).toEqual([2, ''])
    expect(said.err).toContain(why)
  })

  it('without a command, and with help, tells what there is', async () => {
    for (const args of [[], ['help'], ['--help'], ['-h']]) {
      const said = await say(...args)
      expect([said.code, said.err]).toEqual([0, ''])
      for (const { name } of commands) expect(said.out).toContain(`  ${name} `)
    }
    for (const { name } of commands) {
      const about = await say('help', ...name.split(' '))
      expect(about.out).toMatch(new RegExp(`^Usage: xconnector ${name}`))
      expect((await say(...name.split(' '), '--help')).out).toBe(about.out)
    }
    for (const args of [['version'], ['--version']])
      expect((await say(...args)).out).toMatch(/^\d+\.\d+\.\d+\S*\n$/)
  })

  it('names the journal by option before variable before the default', async () => {
    expect((await say('status', '--file', '/other.db')).err).toContain('/other.db')
    expect((await say('-f', '/other.db', 'dead', 'ls')).err).toContain('/other.db')
    expect((await say('--wait', '3s', '--flow', 'dead', 'dead', 'ls', '-f', '/other.db')).err).toContain(
      '/other.db',
    )
    expect((await say('status')).err).toContain('/nowhere/journal.db')
    expect((await atTerminal('')('status')).err).toContain('./xconnector.db')
  })
})

describe('text on a terminal', () => {
  it('is plain, and shows what was in the way', () => {
    expect(plain('a\u001B[31mb\u009Bc\u202Ed\u0000\n\t')).toBe('a\\x1b[31mb\\x9bc\\u202ed\\x00\\n\\t')
    expect(plain('\uD800x')).toBe('\\ud800x')
    expect(plain('Zürich 漢字 👍')).toBe('Zürich 漢字 👍')
  })

  it('is as wide as it looks', () => {
    expect([widthOf('abc'), widthOf('漢字'), widthOf('é'), widthOf('👍')]).toEqual([3, 4, 1, 2])
    expect([cutTo('abcdef', 4), cutTo('漢字漢字', 4), cutTo('ab', 2)]).toEqual(['abc…', '漢…', 'ab'])
  })

  it('gives way in flexible columns, the widest first', () => {
    const lines = fittedTable(
      [
        { head: 'ID', flexible: true },
        { head: 'N', align: 'right' },
        { head: 'TEXT', flexible: true },
      ],
      [['0123456789', '12', 'x'.repeat(50)]],
      30,
      (_, text) => text,
    )
    expect(lines).toEqual(['ID           N  TEXT', `0123456789  12  ${'x'.repeat(13)}…`])
  })

  it('says times and sizes as people do', () => {
    expect([0, 59_000, 60_000, 7_200_000, 86_400_000, 5 * 86_400_000].map(span)).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '2 h',
      '1 day',
      '5 days',
    ])
    expect([999, 1200, 340_000, 1_500_000_000].map(bytes)).toEqual(['999 B', '1.2 kB', '340 kB', '1.5 GB'])
  })
})
