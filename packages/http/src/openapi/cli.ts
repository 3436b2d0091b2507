#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises'
import { runOpenapi } from './command.js'

void runOpenapi(process.argv.slice(2), {
  read: (file) => readFile(file, 'utf8'),
  write: (file, text) => writeFile(file, text),
  async yaml(text) {
    const { parse } = await import('yaml').catch(() => {
      throw new Error('the document is no JSON; to read YAML, install the package "yaml"')
    })
    return parse(text) as unknown
  },
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
}).then((code) => {
  process.exitCode = code
})
