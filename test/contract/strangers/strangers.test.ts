import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Contract, contractOf } from '#contract'
import { generatedFiles } from '../../../src/contract/generate.ts'
import { answersOf, served } from './answers.ts'
import { fileOf } from './download.ts'
import { type Stranger, strangers } from './strangers.ts'
import { stubModule } from './stubs.ts'

const root = new URL('../../../', import.meta.url)
const library = fileURLToPath(new URL('src/contract/index.ts', root))

describe.each(strangers.filter(({ refused }) => !refused))('The contract of $name', (stranger) => {
  const folder = mkdtempSync(`${tmpdir()}/tessera-stranger-`)
  let contract: Contract
  beforeAll(async () => {
    const files = await generate(stranger)
    writeFileSync(`${folder}/package.json`, '{ "type": "module" }')
    for (const [name, text] of Object.entries(files)) writeFileSync(`${folder}/${name}`, text)
    contract = contractOf(JSON.parse(files['openapi.json'] ?? ''))
  }, 300_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  it(`has ${stranger.operations} operations`, () => {
    expect(Object.keys(contract.operations)).toHaveLength(stranger.operations ?? 0)
  })

  it('has types that take the responses of its examples [K26]', () => {
    writeFileSync(`${folder}/handlers.ts`, stubModule(contract))
    expect(typeCheck(folder)).toBe('')
  }, 300_000)

  it('is served, and every operation answers [K26]', async () => {
    const { url, stop } = await served(contract)
    const answers = await answersOf(contract, url)
    stop()
    const failed = Object.entries(answers).filter(([, answer]) => !/^[23]\d\d$/.test(answer))
    expect(Object.fromEntries(failed)).toEqual(stranger.unanswered ?? {})
  }, 300_000)
})

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

function generate(stranger: Stranger): Promise<Record<string, string>> {
  const source = fileOf(stranger.package, stranger.path)
  return generatedFiles(source, { library, source: fileURLToPath(source) })
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
