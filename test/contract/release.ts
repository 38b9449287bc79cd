/**
 * `npm run release-check`: the version has taken the step that the changes since the last release demand.
 *
 * What breaks a client is a major step, an addition a minor one, any other change a patch; below 1.0, where nothing is promised
 * yet, what breaks a client is a minor step too. `redocly diff` does the rating. `openapi.yaml` and `package.json` carry the same version.
 *
 * The last release is `released.yaml` beside this file: a release is a commit, and its diff shows what it promises from then on.
 * It is there in every clone, which a tag is not, and needs no network. `npm run release` writes it. Without it, nothing has been
 * released, and nobody can be hurt.
 */
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'yaml'

export interface Versions {
  /** The contract of the last release; the file is absent before the first. */
  readonly released: string
  /** The contract as it is now. */
  readonly contract: string
  /** Its package.json. */
  readonly package: string
}

export interface Verdict {
  readonly passed: boolean
  /** Why, for people. */
  readonly reasons: string
}

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
const redocly = pathOf('../../node_modules/@redocly/cli/bin/cli.js')
const rules = pathOf('../../redocly.yaml')
const repository: Versions = {
  released: pathOf('released.yaml'),
  contract: pathOf('../../openapi.yaml'),
  package: pathOf('../../package.json'),
}

export async function checkRelease(versions: Versions): Promise<Verdict> {
  const ofContract = parse(readFileSync(versions.contract, 'utf8')).info.version
  const ofPackage = JSON.parse(readFileSync(versions.package, 'utf8')).version
  if (ofContract !== ofPackage)
    return refused(`openapi.yaml has version ${ofContract}, and package.json ${ofPackage}`)
  if (!existsSync(versions.released)) return passed('Nothing has been released yet.')
  const rating = ['--config', rules, '--check-version', '--fail-on', 'none']
  return promisify(execFile)(
    process.execPath,
    [redocly, 'diff', versions.released, versions.contract, ...rating],
    { env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
  ).then(
    ({ stdout, stderr }) => passed(stdout + stderr),
    (error) => refused(`${error.stdout}${error.stderr}`),
  )
}

const passed = (reasons: string): Verdict => ({ passed: true, reasons })
const refused = (reasons: string): Verdict => ({ passed: false, reasons })

if (import.meta.main) {
  const { passed, reasons } = await checkRelease(repository)
  process.stdout.write(`${reasons.trim()}\n`)
  if (!passed) process.exitCode = 1
  else if (process.argv.includes('--write')) copyFileSync(repository.contract, repository.released)
}
