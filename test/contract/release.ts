/**
 * `npm run release-check`: checks that the version matches the changes since the last release.
 *
 * A change that breaks clients requires a major version, an addition a minor version, any other change a patch version. Below 1.0 a
 * breaking change requires a minor version. `openapi.yaml` and `package.json` have the same version.
 *
 * `npm run release` writes the last release to `released.yaml` in this folder: a commit whose diff shows what the release promises.
 * Unlike a tag, the file is in every clone. Without the file, nothing has been released, and every change passes.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import { type ContractChange, contractChanges } from '../../src/contract/diff/contract-changes.ts'
import { listOfChanges } from '../../src/contract/diff/list-of-changes.ts'

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
  const changes = await contractChanges(
    pathToFileURL(versions.released),
    pathToFileURL(versions.contract),
  )
  const before: string = parse(readFileSync(versions.released, 'utf8')).info.version
  const { step, version } = requiredVersion(before, changes)
  const list = listOfChanges(changes)
  return isLower(ofContract, version)
    ? refused(`${list}\nThese changes require a ${step} bump (${version}).`)
    : passed(list)
}

type Step = 'major' | 'minor' | 'patch' | 'no'

function requiredVersion(
  before: string,
  changes: readonly ContractChange[],
): { step: Step; version: string } {
  const [major = 0, minor = 0, patch = 0] = numbersOf(before)
  const has = (impact: ContractChange['impact']) => changes.some((each) => each.impact === impact)
  if (has('breaking') && major > 0) return { step: 'major', version: `${major + 1}.0.0` }
  if (has('breaking') || has('addition'))
    return { step: 'minor', version: `${major}.${minor + 1}.0` }
  return has('other')
    ? { step: 'patch', version: `${major}.${minor}.${patch + 1}` }
    : { step: 'no', version: before }
}

function isLower(version: string, required: string): boolean {
  const wanted = numbersOf(required)
  const differing = numbersOf(version).map((each, at) => each - (wanted[at] ?? 0))
  return (differing.find((each) => each !== 0) ?? 0) < 0
}

const numbersOf = (version: string) => version.split('.').map(Number)

const passed = (reasons: string): Verdict => ({ passed: true, reasons })
const refused = (reasons: string): Verdict => ({ passed: false, reasons })

if (import.meta.main) {
  const { passed, reasons } = await checkRelease(repository)
  process.stdout.write(`${reasons.trim()}\n`)
  if (!passed) process.exitCode = 1
  else if (process.argv.includes('--write')) copyFileSync(repository.contract, repository.released)
}
