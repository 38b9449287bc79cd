import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bookText } from '../books.ts'

const bin = fileURLToPath(new URL('../../../src/contract/bin.ts', import.meta.url))
const generated = ['generated/contract.ts', 'generated/api.ts', 'generated/openapi.json']

/** An empty folder with the contract of the tests, which is removed after the test. */
function project(path = 'openapi.yaml') {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-command-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, path, '..'), { recursive: true })
  // Whole at once: a reader never finds an empty file.
  const write = (file: string, text: string) => {
    writeFileSync(join(folder, 'new'), text)
    renameSync(join(folder, 'new'), join(folder, file))
  }
  write(path, bookText)
  return {
    folder,
    write,
    read: (file: string) => readFileSync(join(folder, file), 'utf8'),
    run: (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
        cwd: folder,
        encoding: 'utf8',
      })
      return { status, out: stdout, err: stderr }
    },
  }
}

const says = (status: number, out: string, err = '') => ({ status, out, err })

describe('tessera-contract generate', () => {
  it('writes three files, and nothing if nothing has changed [K3]', () => {
    const { run } = project()
    expect(run('generate', 'openapi.yaml')).toEqual(says(0, `wrote ${generated.join(' ')}\n`))
    expect(run('generate', 'openapi.yaml')).toEqual(says(0, 'nothing has changed\n'))
  })

  it('writes the same bytes in every folder [K3]', () => {
    const [one, other] = [project(), project()]
    for (const { run } of [one, other]) run('generate', 'openapi.yaml')
    expect(generated.map(other.read)).toEqual(generated.map(one.read))
  })

  it('writes to the folder of --out, and finds the contract from there', () => {
    const { run, read } = project('contracts/my books.yaml')
    const out = 'contract.ts api.ts openapi.json'.replace(/\S+/g, (name) => `src/made/${name}`)
    expect(run('generate', 'contracts/my books.yaml', '--out', 'src/made')).toEqual(
      says(0, `wrote ${out}\n`),
    )
    expect(read('src/made/contract.ts')).toContain('"../../contracts/my%20books.yaml": "')
  })

  it('with --check writes nothing, and fails for stale files [K3]', () => {
    const { folder, run, write } = project()
    const check = () => run('generate', 'openapi.yaml', '--check')
    expect(check()).toEqual(says(1, '', `stale: ${generated.join(' ')}: run generate\n`))
    expect(readdirSync(folder)).toEqual(['openapi.yaml'])
    run('generate', 'openapi.yaml')
    expect(check()).toEqual(says(0, ''))
    write('generated/api.ts', '')
    expect(check()).toEqual(says(1, '', 'stale: generated/api.ts: run generate\n'))
  })

  it('refuses a contract in one sentence, and writes nothing', () => {
    const { folder, run, write } = project()
    write('openapi.yaml', bookText.replace('"429":', '"4290":'))
    const { status, out, err } = run('generate', 'openapi.yaml')
    expect([status, out]).toEqual([1, ''])
    expect(err).toContain("addBook has the response '4290'")
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(readdirSync(folder)).toEqual(['openapi.yaml'])
  })

  it('with --watch writes again after each change, and survives a wrong contract [K3]', async () => {
    const { folder, write } = project()
    const other = (type: string) =>
      write('other.yaml', `born: { type: integer, description: ${type} }`)
    const referring = bookText.replace(
      'born: { type: integer }',
      'born: { $ref: other.yaml#/born }',
    )
    const child = spawn(process.execPath, [bin, 'generate', 'openapi.yaml', '--watch'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    onTestFinished(async () => {
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    })
    const out = createInterface(child.stdout)[Symbol.asyncIterator]()
    const err = createInterface(child.stderr)[Symbol.asyncIterator]()
    expect((await out.next()).value).toBe('watching openapi.yaml')
    expect((await out.next()).value).toBe(`wrote ${generated.join(' ')}`)
    write('openapi.yaml', bookText.replace('"429":', '"4290":'))
    expect((await err.next()).value).toContain("addBook has the response '4290'")
    write('openapi.yaml', bookText.replace('operationId: readBook', 'operationId: showBook'))
    expect((await out.next()).value).toBe(`wrote ${generated.join(' ')}`)
    other('of the calendar')
    write('openapi.yaml', referring)
    expect((await out.next()).value).toBe(`wrote ${generated.join(' ')}`)
    write('other.yaml', 'born: { type: text }')
    expect((await err.next()).value).toContain('other.yaml:1:')
    other('of the birth')
    expect((await out.next()).value).toBe(`wrote ${generated.join(' ')}`)
  })
})

describe('tessera-contract', () => {
  it.each([[], ['--help']])('%s prints its help', (...args) => {
    const { status, out, err } = project().run(...args)
    expect([status, err]).toEqual([0, ''])
    expect(out).toMatch(/^Usage: tessera-contract generate <openapi.yaml>/)
  })

  it.each([
    ['an unknown command', ['generat', 'openapi.yaml'], 'unknown command: generat'],
    ['an unknown option', ['generate', 'openapi.yaml', '--watc'], "Unknown option '--watc'"],
    ['no contract', ['generate'], 'generate needs the path of the contract'],
    ['two contracts', ['generate', 'a.yaml', 'b.yaml'], 'one contract at a time'],
    ['--check with --watch', ['generate', 'a.yaml', '--check', '--watch'], 'exclude each other'],
  ])('exits with 2 for %s', (_, args, message) => {
    const { status, out, err } = project().run(...args)
    expect([status, out]).toEqual([2, ''])
    expect(err).toContain(message)
    expect(err).toMatch(/--help lists the arguments\n$/)
  })

  it('ends without an error if nobody reads its output, as of head -1 [K3]', async () => {
    const child = spawn(process.execPath, [bin, '--help'])
    child.stdout.destroy()
    let err = ''
    child.stderr.on('data', (text) => {
      err += text
    })
    expect([await once(child, 'close'), err]).toEqual([[0, null], ''])
  })

  it('exits with 1 for a folder [K3]', () => {
    expect(project().run('generate', '.')).toEqual(says(1, '', '.: is a folder, not a contract\n'))
  })

  it('exits with 1 for a contract that is not there', () => {
    expect(project().run('generate', 'no.yaml')).toEqual(says(1, '', 'no.yaml: no such file\n'))
  })
})
