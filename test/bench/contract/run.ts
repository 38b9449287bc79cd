/**
 * `npm run bench:contract`: the contract layer beside other libraries that serve a contract, and with contracts of up to 1,223
 * operations (GitHub's). `--readme` writes the results to README.md.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { installRivals } from '../../contract/rivals/install.ts'
import { resultLine, writeReadme } from '../report.ts'
import type { Result } from '../target.ts'
import { asked, firstOperations, gitHubContract, operationsIn } from './first-operations.ts'
import { measureCompiler, measureGenerate, type Used } from './programs.ts'
import { contender, type Measured, measureServers } from './servers.ts'

const start = performance.now()
const folder = mkdtempSync(`${tmpdir()}/tessera-bench-contract-`)
try {
  installRivals()
  const libraries = await measureServers(books())
  const sizes = await measureServers(gitHubServers())
  const programs = [
    measureGenerate(
      'generate, openapi.yaml of this repository',
      fileURLToPath(new URL('../../../openapi.yaml', import.meta.url)),
      `${folder}/own`,
    ),
    measureGenerate('generate, 1223 operations', `${folder}/1223.json`, `${folder}/large`),
    ...measureCompiler(`${folder}/large`, 1223),
  ]
  const report = {
    machine: `Node ${process.versions.node}, ${availableParallelism()} cores, ${cpus()[0]?.model.trim()}`,
    seconds: Math.round((performance.now() - start) / 1000),
    libraries,
    sizes,
    programs,
    results: resultsOf(sizes, programs),
  }
  const text = textOf(report)
  process.stdout.write(`${text}\n`)
  const results = new URL('../results/', import.meta.url)
  mkdirSync(results, { recursive: true })
  writeFileSync(new URL('contract.json', results), `${JSON.stringify(report, null, 2)}\n`)
  if (process.argv.includes('--readme')) writeReadme('bench:contract', text)
} finally {
  rmSync(folder, { recursive: true })
}

function books() {
  const path = '/books/1'
  const environment = { CHECK_REPLIES: 'false' }
  return [
    contender('books/tessera.ts', 'this package', path),
    contender('books/tessera.ts', 'this package, replies not checked', path, { environment }),
    contender('books/openapi-backend.ts', 'openapi-backend', path),
    contender('books/fastify.ts', "Hey API's Fastify plugin", path),
    contender('books/express-openapi-validator.ts', 'express-openapi-validator', path),
  ]
}

function gitHubServers() {
  const gitHub = gitHubContract()
  return [26, 200, 1223].map((count) => {
    const document = firstOperations(gitHub, count)
    const file = `${folder}/${count}.json`
    writeFileSync(file, JSON.stringify(document))
    const name = `${operationsIn(document)} operations`
    return contender('serve-large.ts', name, asked.path, { argument: file })
  })
}

function resultsOf(sizes: readonly Measured[], programs: readonly Used[]): Result[] {
  const [small, , large] = sizes
  const [own, generated, stubs] = programs
  const value = (number: number | undefined) => number ?? Number.NaN
  const ms = (used: Used | undefined) => value(used?.seconds) * 1000
  return [
    {
      what: 'start to first response, 1223 operations',
      value: value(large?.startMs),
      unit: 'ms',
      atMost: 3000,
    },
    { what: '… memory', value: value(large?.memory), unit: 'MiB', atMost: 300 },
    {
      what: 'CPU per request, 1223 operations ÷ 26',
      value: value(large?.cpu) / value(small?.cpu),
      unit: '×',
      atMost: 1.05,
    },
    { what: 'generate, this repository', value: ms(own), unit: 'ms', atMost: 2000 },
    { what: 'generate, 1223 operations', value: ms(generated), unit: 'ms', atMost: 15_000 },
    { what: 'type-check, 1223 stubs', value: ms(stubs), unit: 'ms', atMost: 30_000 },
    { what: '… memory', value: value(stubs?.memory), unit: 'MiB', atMost: 1500 },
  ]
}

interface Report {
  readonly machine: string
  readonly seconds: number
  readonly libraries: readonly Measured[]
  readonly sizes: readonly Measured[]
  readonly programs: readonly Used[]
  readonly results: readonly Result[]
}

function textOf({ machine, seconds, libraries, sizes, programs, results }: Report): string {
  const columns = ['µs CPU', 'requests/s', 'start ms', 'MiB', 'MiB at end']
  return [
    `${machine}; ${seconds} s`,
    '',
    line('GET /books/1, 3 operations', columns),
    ...libraries.map(serverLine),
    '',
    line('GET /gitignore/templates/C, GitHub', columns),
    ...sizes.map(serverLine),
    '',
    line('', ['s CPU', 'MiB']),
    ...programs.map(({ name, seconds: cpu, memory }) =>
      line(name, [cpu.toFixed(1), memory.toFixed(0)]),
    ),
    '',
    ...results.map(resultLine),
  ].join('\n')
}

function serverLine({ name, cpu, perSecond, startMs, memory, memoryAfter }: Measured): string {
  const whole = [perSecond, startMs, memory, memoryAfter].map((number) => number.toFixed(0))
  return line(name, [cpu.toFixed(1), ...whole])
}

function line(name: string, cells: readonly string[]): string {
  return `${name.padEnd(44)}${cells.map((cell) => cell.padStart(11)).join('')}`
}
