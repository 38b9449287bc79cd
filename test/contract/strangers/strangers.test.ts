import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { type Contract, contractOf } from '#contract'
import { generatedFiles } from '#contract/generate'
import { type Case, contractTests } from '#contract/vitest'
import { answersOf, served as serverOf } from './answers.ts'
import { checksOf, credentialsOf } from './credentials.ts'
import { fileOf } from './download.ts'
import { type Stranger, strangers } from './strangers.ts'
import { stubModule, wantedStatus } from './stubs.ts'

const root = new URL('../../../', import.meta.url)
/** A 500 would be a defect. */
const errorStatuses = [400, 401, 402, 403, 404, 406, 409, 410, 412, 418, 422, 423, 425, 429, 503]
const library = fileURLToPath(new URL('src/contract/index.ts', root))

const served = strangers.filter(({ refused }) => !refused)
const folders = served.map(() => mkdtempSync(`${tmpdir()}/tessera-stranger-`))
// The kit must know the contract when it makes its tests.
const contracts = await Promise.all(
  served.map((stranger, at) => write(stranger, folders[at] ?? '')),
)
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

describe.each(
  served.map((stranger, at) => ({
    ...stranger,
    folder: folders[at] ?? '',
    contract: contracts[at],
  })),
)('The contract of $name', ({ operations = 0, unanswered = [], folder, contract }) => {
  if (!contract) throw new Error('not generated')

  it(`has ${operations} operations`, () => {
    expect(Object.keys(contract.operations)).toHaveLength(operations)
  })

  it('has types that take the responses of its examples [K26]', () => {
    writeFileSync(`${folder}/handlers.ts`, stubModule(contract))
    expect(typeCheck(folder)).toBe('')
  }, 300_000)

  it('is served, and every operation answers [K26]', async () => {
    const { url, stop } = await serverOf(contract)
    const answers = await answersOf(contract, url)
    stop()
    const failed = Object.entries(answers).filter(([, answer]) => !/^[23]\d\d$/.test(answer))
    const expected = unanswered.map((id) => [id, expect.stringMatching(/^(500|NoSample)/)])
    expect(Object.fromEntries(failed)).toEqual(Object.fromEntries(expected))
  }, 300_000)

  const tested = without(contract, unanswered)
  contractTests(tested, {
    server: () => serverOf(tested, checksOf(tested)),
    credentials: credentialsOf(tested),
    cases: { '*': Object.fromEntries(errorStatuses.map((status) => [status, asking(status)])) },
    unprovoked: 'list',
    runs: 2,
  })
})

/** Without these operations. */
function without({ document, operations }: Contract, ids: readonly string[]): Contract {
  const paths = { ...document.paths }
  for (const id of ids) {
    const { path = '', method = 'get' } = operations[id] ?? {}
    const { [method]: _, ...others } = paths[path] ?? {}
    paths[path] = others
  }
  return contractOf({ ...document, paths })
}

/** The stub handlers refuse with the status that is asked for. */
function asking(status: number): Case<undefined> {
  return (ask) => ask({ header: { [wantedStatus]: String(status) } })
}

const refused = strangers.flatMap(({ refused, ...stranger }) =>
  refused ? [{ ...stranger, refused }] : [],
)

describe('generate', () => {
  it.each(refused)(
    'refuses the contract of $name [K26]',
    async (stranger) => {
      await expect(generate(stranger)).rejects.toThrow(stranger.refused)
    },
    300_000,
  )
})

async function write(stranger: Stranger, folder: string): Promise<Contract> {
  const files = await generate(stranger)
  writeFileSync(`${folder}/package.json`, '{ "type": "module" }')
  for (const [name, text] of Object.entries(files)) writeFileSync(`${folder}/${name}`, text)
  return contractOf(JSON.parse(files['openapi.json'] ?? ''))
}

function generate(stranger: Stranger): Promise<Record<string, string>> {
  const source = mended(fileOf(stranger.package, stranger.path), stranger.mended)
  return generatedFiles(source, { library, source: fileURLToPath(source) })
}

/** A copy beside the contract, with other texts. */
function mended(source: URL, texts: Stranger['mended']): URL {
  if (!texts) return source
  let text = readFileSync(source, 'utf8')
  for (const [from, to] of Object.entries(texts)) {
    expect(text).toContain(from)
    text = text.replace(from, to)
  }
  const copy = new URL('mended.yaml', source)
  writeFileSync(copy, text)
  return copy
}

/** The messages of the compiler. */
function typeCheck(folder: string): string {
  const path = (name: string) => fileURLToPath(new URL(name, root))
  const compilerOptions = { incremental: false, typeRoots: [path('node_modules/@types')] }
  const config = {
    extends: path('tsconfig.json'),
    compilerOptions,
    include: [],
    files: ['handlers.ts'],
  }
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(config))
  const tsc = path('node_modules/typescript-native/bin/tsc')
  try {
    return execFileSync(process.execPath, [tsc, '--singleThreaded', '-p', folder], {
      encoding: 'utf8',
    })
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)
  }
}
