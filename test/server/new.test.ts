/** A project of `tessera new`, from the packed tarballs, in an empty folder, on Node 24: its README is followed, with npm and pnpm. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { succeeds } from '../clients/run-client.ts'
import { jsonOf } from '../harness/call.ts'
import { freePort } from '../harness/embedded-postgres.ts'
import { type Installation, installation, node24, weightOf } from '../harness/installation.ts'
import { type Packages, packedPackages } from '../harness/packed.ts'
import { afterStep, steps as packageSteps } from './documents.ts'
import { commandsOf, printedIn, type Step, steps } from './project-readme.ts'

const readmeUrl = 'http://127.0.0.1:8000'
const pnpm = 'npx --yes pnpm@12'

/** A command of the README, for each package manager. */
const managers: readonly [string, (command: string) => string][] = [
  ['npm', (command) => command],
  ['pnpm', (command) => command.replace(/\bnpm (install|run|test|start)\b/g, `${pnpm} $1`)],
]

const python = process.env.TESSERA_PYTHON ?? 'python3'
const hasGenerator = await succeeds({ file: python, args: ['-c', 'import openapi_python_client'] })
const note = hasGenerator ? '' : ' (skipped: there is no openapi-python-client)'

let packed: Packages
let nodes: string
let bin: string
beforeAll(() => {
  packed = packedPackages()
  nodes = mkdtempSync(join(tmpdir(), 'tessera-node-24-'))
  bin = node24(nodes)
}, 300_000)
afterAll(() => {
  packed[Symbol.dispose]()
  rmSync(nodes, { recursive: true })
})

describe.each(managers)('a project of tessera new, with %s', (name, inManager) => {
  let project: Installation
  const run = (command: string) => project.run(`cd notes && ${inManager(command)}`)
  const start = (command: string) => project.start(`cd notes && ${inManager(command)}`)
  const read = (file: string) => readFileSync(join(project.folder, 'notes', file), 'utf8')
  const write = (file: string, text: string) =>
    writeFileSync(join(project.folder, 'notes', file), text)
  const edit = (file: string, text: string, by: string) => {
    const before = read(file)
    expect(before.split(text)).toHaveLength(2)
    write(
      file,
      before.replace(text, () => by),
    )
  }
  const take = ({ file, above, text }: Step) =>
    above === undefined ? write(file, text) : edit(file, `\n${above}`, `\n${text}${above}`)

  beforeAll(async () => {
    project = installation(bin)
    const [server, contract] = ['server', 'contract'].map(packed.tarballOf)
    const packages = dirname(server ?? '')
    const tessera = `npx --yes --package ${server} --package ${contract} tessera`
    const said = await project.run(`${tessera} new notes --packages ${packages}`)
    expect(said).toBe('wrote notes to notes\n\ncd notes\nnpm install\nnpm run dev\n')
    await run('npm install')
  }, 600_000)
  afterAll(() => project?.[Symbol.dispose]())

  it('is developed: served, restarted after a change of the code, generated after a change of the contract [N19, N20]', async () => {
    const [[install = '', dev = ''] = [], [calls = '']] = [
      commandsOf('Start')[0]?.trim().split('\n'),
      commandsOf('Start').slice(1),
    ]
    expect([install, dev]).toEqual(['npm install', 'npm run dev'])
    const begin = performance.now()
    await using server = await start(`PORT=${await freePort()} ${dev}`)
    await fetch(`${server.url}/healthz`)
    print(`${name}: the first response of npm run dev`, begin)
    const called = await project.run(
      calls.replace(/^curl/gm, "curl -sS -w '\\n'").replaceAll(readmeUrl, server.url),
    )
    expect(called).toMatch(printedIn('Start'))

    const statistics = () => jsonOf(fetch(`${server.url}/statistics`)).catch(() => undefined)
    const changed = performance.now()
    edit('src/operations/read-statistics.ts', 'body: { notes }', 'body: { notes: notes + 41 }')
    await expect.poll(statistics, { interval: 20 }).toEqual({ notes: 42 })
    print(`${name}: a changed handler is served`, changed)
    edit('src/operations/read-statistics.ts', 'notes: notes + 41', 'notes')

    const declared = performance.now()
    edit('openapi.yaml', 'summary: Count the notes', 'summary: How many notes')
    const contract = () =>
      fetch(`${server.url}/openapi.json`).then(
        (res) => res.text(),
        () => '',
      )
    await expect.poll(contract, { interval: 20 }).toContain('How many notes')
    print(`${name}: a changed contract is served`, declared)
    expect(read('generated/openapi.json')).toContain('How many notes')
  }, 300_000)

  it('passes lint, types, its tests and the tests of its contract, also with the operation of its README [N19]', async () => {
    await run('npm run generate')
    await run('npm run lint')
    await run('npm run types')
    expect(await run('npm test')).toMatch(/Tests .*\d passed/)
    for (const step of steps.slice(0, 1)) take(step)
    const [commands = ''] = commandsOf('Add an operation')
    const [generate = '', types = ''] = commands.trim().split('\n')
    await run(generate)
    await expect(run(types)).rejects.toMatchObject({
      stdout: expect.stringMatching(/index\.ts.*\n.*Property 'deleteNotes' is missing/),
    })
    for (const step of steps.slice(1)) take(step)
    await run('npm run types')
    await run('npm run lint')
    expect(await run('npm test')).toMatch(/deleteNotes|Tests .*\d passed/)
  }, 300_000)

  it('passes them with what the README and the API page of the package add [N9, N16, N19]', async () => {
    for (const step of packageSteps)
      write(step.file, step.line === undefined ? step.text : afterStep(read(step.file), step))
    for (const script of ['generate', 'types', 'lint']) await run(`npm run ${script}`)
    expect(await run('npm test')).toMatch(/Tests .*\d passed/)
  }, 300_000)

  it(`makes clients in TypeScript and Python, which call it${note} [N19]`, async () => {
    await using server = await start('npm run dev')
    const [commands = ''] = commandsOf('Clients')
    const lines = commands.trim().replaceAll(readmeUrl, server.url).split('\n')
    const [install = '', typescript = '', inPython = ''] = lines
    mkdirSync(join(project.folder, 'client'))
    const write = (file: string, text: string) => project.write(`client/${file}`, text)
    write('package.json', '{ "type": "module" }')
    write('tsconfig.json', '{ "compilerOptions": { "strict": true, "module": "nodenext" } }')
    write('call.ts', inTypeScript(server.url))
    for (const command of [install, typescript, 'npx tsc'])
      await project.run(`cd client && ${command}`)
    expect(await project.run('cd client && node call.js')).toBe('from TypeScript\n')

    if (!hasGenerator) return
    write('call.py', pythonCall(server.url))
    await project.run(
      `cd client && ${python} -m ${inPython.replace('openapi-python-client', 'openapi_python_client')}`,
    )
    const called = await project.run(`cd client && PYTHONPATH=notes-client ${python} call.py`)
    expect(called).toBe('from Python\n')
  }, 300_000)

  it('starts in production, without the tools of development [N19]', async () => {
    const [commands = ''] = commandsOf('Production')
    const [install = '', add = '', serve = ''] = commands.trim().split('\n')
    await run(name === 'npm' ? install : `${pnpm} install --prod`)
    if (name === 'npm') {
      const { packages, megabytes } = weightOf(join(project.folder, 'notes'))
      process.stdout.write(`a production installation: ${packages} packages, ${megabytes} MB\n`)
      expect(packages).toBeLessThan(170)
      expect(megabytes).toBeLessThan(60)
    }
    expect(await run(`echo 'correct horse battery staple' | ${add}`)).toMatch(/^added admin/)
    await using server = await start(serve)
    const login = { username: 'admin', password: 'correct horse battery staple' }
    const body = new URLSearchParams(login)
    const token = await fetch(`${server.url}/token`, { method: 'POST', body })
    expect(await token.json()).toMatchObject({
      scope: 'me:read me:write users:read users:write audit:read',
    })
  }, 300_000)
})

function print(what: string, since: number): void {
  process.stdout.write(`${what}: ${Math.round(performance.now() - since)} ms\n`)
}

const inTypeScript = (url: string) => `
import { client } from './sdk/client.gen.js'
import * as notes from './sdk/index.js'

client.setConfig({ baseUrl: '${url}' })
const login = await notes.issueToken({ body: { username: 'johndoe', password: 'secret123' } })
if (login.error) throw new Error(login.error.error_description)
client.setConfig({ auth: login.data.access_token })
const { data } = await notes.createNote({ body: { text: 'from TypeScript' } })
console.log(data?.text)
`

const pythonCall = (url: string) => `
from notes_client import AuthenticatedClient, Client
from notes_client.api.notes import create_note
from notes_client.api.tokens import issue_token
from notes_client.models import NoteCreation, TokenRequest

login = TokenRequest(username="johndoe", password="secret123")
token = issue_token.sync(client=Client("${url}"), body=login)
client = AuthenticatedClient("${url}", token.access_token)
print(create_note.sync(client=client, body=NoteCreation(text="from Python")).text)
`
