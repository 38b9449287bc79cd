/**
 * `npm run release-check`: checks that the version matches the changes since the last release.
 *
 * A change that breaks clients requires a major version, an addition a minor version, any other change a patch version. Below 1.0 a
 * breaking change requires a minor version. `redocly diff` rates the changes. `openapi.yaml` and `package.json` have the same version.
 *
 * `npm run release` writes the last release to `released.yaml` in this folder: a commit whose diff shows what the release promises.
 * Unlike a tag, the file is in every clone. Without the file, nothing has been released, and every change passes.
 */
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'yaml'

export interface Versions {
  /** The contract of the last release. The file does not exist before the first release. */
  readonly released: string
  /** The current contract. */
  readonly contract: string
  /** The current package.json. */
  readonly package: string
}

export interface Verdict {
  readonly passed: boolean
  /** A text for people. */
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
    return refused(
      `the versions differ: openapi.yaml has ${ofContract}, package.json has ${ofPackage}`,
    )
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
