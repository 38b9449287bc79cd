/** Runs the comparison of `@redocly/cli`, which finds the changes between two documents and rates each. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ContractError } from '../document/document.ts'
import type { Document } from '../document/openapi.ts'

/** In its JSON, version 1. */
export interface RedoclyChange {
  readonly kind: 'added' | 'removed' | 'modified'
  readonly impact: 'major' | 'minor' | 'patch'
  /** What is said of it; empty for what breaks nothing. */
  readonly verdicts: readonly { readonly message: string }[]
  /** The field that differs, of what is modified. */
  readonly property?: string
  /** Unless it is added. */
  readonly base?: RedoclyPart
  /** Unless it is removed. */
  readonly revision?: RedoclyPart
}

export interface RedoclyPart {
  /** Where it is written, with `#`: a component is compared once, where it is first referred to. */
  readonly pointer: string
  readonly value: unknown
}

interface Report {
  readonly reportVersion: string
  readonly changes: readonly RedoclyChange[]
}

/** A new value of an enum in a response is an addition: clients accept values that they do not know. */
const rules = `extends: [diff-recommended]
diff:
  enum-values-added: minor
`
/** Read by Node in the process that compares, in addition to the environment. */
const environment = 'REDOCLY_TELEMETRY=off\nREDOCLY_SUPPRESS_UPDATE_NOTICE=true\n'

/** Throws a `ContractError` if the documents cannot be compared. */
export async function redoclyChanges(
  before: Document,
  after: Document,
): Promise<readonly RedoclyChange[]> {
  const cli = pathOfCli()
  const folder = mkdtempSync(join(tmpdir(), 'contract-diff-'))
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const report = join(folder, 'report.json')
  try {
    const files = [
      write('before.json', JSON.stringify(before)),
      write('after.json', JSON.stringify(after)),
    ]
    const options = ['--config', write('redocly.yaml', rules), '--fail-on', 'none']
    const output = ['--format', 'json', '--output', report]
    const env = `--env-file=${write('environment', environment)}`
    await promisify(execFile)(process.execPath, [env, cli, 'diff', ...files, ...options, ...output])
    return changesIn(readFileSync(report, 'utf8'))
  } catch (error) {
    if (!(error instanceof Error && 'stderr' in error)) throw error
    throw new ContractError(`@redocly/cli cannot compare the contracts:\n${error.stderr}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function pathOfCli(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('@redocly/cli/package.json')
    return join(dirname(manifest), 'bin/cli.js')
  } catch {
    throw new ContractError('diff needs a package: npm install --save-dev @redocly/cli')
  }
}

function changesIn(text: string): readonly RedoclyChange[] {
  const report: Report = JSON.parse(text)
  if (report.reportVersion === '1') return report.changes
  throw new ContractError('diff does not know the reports of this version of @redocly/cli')
}
