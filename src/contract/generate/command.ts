/** The command line of the package: `generate` and `diff`, with their help, their messages and their exit status. */
import { watchFile } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { ContractError } from '../document/document.ts'
import type { GeneratedFolder } from './generated-folder.ts'

const help = `Usage: tessera-contract generate <openapi.yaml> [options]
       tessera-contract diff [[<old.yaml>] <openapi.yaml>] [options]

generate writes what makes a contract binding for an Express server:
  contract.ts   the contract as a value, and the types of its handlers
  api.ts        the types of its schemas, parameters, bodies and headers
  openapi.json  the contract as JSON

Options:
  --out <folder>  where the files are (default: generated)
  --check         write nothing; the exit status is 1 if a file is stale
  --watch         generate again whenever the contract changes

diff lists what has changed since the files were generated, also by an upgrade of a package, or since an
older contract: by operation, what breaks clients first. It needs @redocly/cli.

Options:
  --out <folder>  where the files are (default: generated)
  --json          print a list for programs

Exit status: 0; 1 if the contract is refused, a file is stale, or a change breaks clients; 2 for wrong arguments.
`

const options = {
  out: { type: 'string', default: 'generated' },
  check: { type: 'boolean', default: false },
  watch: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** Milliseconds between two looks at the contract. Not every file system reports changes, and editors replace files. */
const interval = 200

/** What `generate` needs and `serve` does not: see `peerDependenciesMeta` in the manifest. */
const generators = ['openapi-typescript', 'typescript', 'yaml']

/** Runs the command, and resolves to its exit status. With `--watch`, the process goes on. */
export async function runCommand(args: readonly string[]): Promise<number> {
  // The reader of the output has closed the pipe, as `head` does.
  process.stdout.on('error', (error) => {
    if (!('code' in error && error.code === 'EPIPE')) throw error
    process.exit()
  })
  const given = read(args)
  if (given instanceof Error) return wrong(given.message)
  const { values, positionals } = given
  if (values.help || args.length === 0) return print(help)
  const [command, contract, ...others] = positionals
  if (command === 'diff') return await diff(positionals.slice(1), values)
  if (command !== 'generate') return wrong(`unknown command: ${command}`)
  if (values.json) return wrong('--json is an option of diff')
  if (contract === undefined) return wrong('generate needs the path of the contract')
  if (others.length > 0) return wrong(`one contract at a time, not also ${others.join(' ')}`)
  if (values.check && values.watch) return wrong('--check and --watch exclude each other')
  const folder = { contract: resolve(contract), out: resolve(values.out) }
  if (values.check) return await report(() => check(folder), contract)
  return await (values.watch ? watch : report)(() => write(folder), contract)
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    if (error instanceof TypeError) return error
    throw error
  }
}

type Options = Exclude<ReturnType<typeof read>, Error>['values']

async function diff(
  paths: readonly string[],
  { out, json, check, watch }: Options,
): Promise<number> {
  if (check || watch) return wrong('--check and --watch are options of generate')
  const [first = 'openapi.yaml', second, ...others] = paths
  if (others.length > 0) return wrong(`two contracts at a time, not also ${others.join(' ')}`)
  const [before, after] =
    second === undefined ? [join(out, 'openapi.json'), first] : [first, second]
  return await report(() => printDiff(before, after, json), before)
}

/** Resolves to 1 if a change breaks clients. */
async function printDiff(before: string, after: string, json: boolean): Promise<number> {
  const { contractChanges } = await import('../diff/contract-changes.ts')
  const { listOfChanges } = await import('../diff/list-of-changes.ts')
  const url = (path: string) => pathToFileURL(resolve(path))
  const changes = await contractChanges(url(before), url(after))
  print(json ? `${JSON.stringify({ changes }, null, 2)}\n` : listOfChanges(changes))
  return changes.some(({ impact }) => impact === 'breaking') ? 1 : 0
}

async function write(folder: GeneratedFolder): Promise<number> {
  const { writeStale } = await import('./generated-folder.ts')
  const written = await writeStale(folder)
  const names = written.map(shown)
  return print(names.length > 0 ? `wrote ${names.join(' ')}\n` : 'nothing has changed\n')
}

async function check(folder: GeneratedFolder): Promise<number> {
  const { staleFiles } = await import('./generated-folder.ts')
  const stale = await staleFiles(folder)
  if (stale.size === 0) return 0
  return fail(`stale: ${[...stale.keys()].map(shown).join(' ')}: run generate`)
}

/** Runs at once and after each change of a file that was read. A change during a run causes one more. */
async function watch(run: () => Promise<number>, contract: string): Promise<number> {
  print(`watching ${contract}\n`)
  const watched = new Set<string>()
  let last = Promise.resolve(0)
  const again = async () => {
    last = last.then(async () => {
      const paths = await pathsOf(contract)
      for (const path of paths.filter((each) => !watched.has(each))) {
        watched.add(path)
        watchFile(path, { interval }, again)
      }
      return await report(run, contract)
    })
    return await last
  }
  return await again()
}

/** Of all files of a contract, also if it is refused. */
async function pathsOf(contract: string): Promise<string[]> {
  try {
    const { filesOf } = await import('./read-contract.ts')
    return filesOf(pathToFileURL(contract)).map((url) => fileURLToPath(url))
  } catch {
    // It is not there, or a package is missing: the run says so.
    return [resolve(contract)]
  }
}

/** Prints the errors that the caller can mend. */
async function report(run: () => Promise<number>, contract: string): Promise<number> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof ContractError) return fail(error.message)
    const { code, message, path }: Partial<NodeJS.ErrnoException> = Object(error)
    if (code === 'ENOENT')
      return fail(`${path === undefined ? contract : shown(path)}: no such file`)
    if (code === 'EISDIR') return fail(`${contract}: is a folder, not a contract`)
    const missing = generators.find((name) => message?.includes(`package '${name}'`))
    if (code !== 'ERR_MODULE_NOT_FOUND' || !missing) throw error
    return fail(
      `generate needs packages: npm install --save-dev openapi-typescript typescript@5 yaml`,
    )
  }
}

const shown = (path: string): string => relative('', path)

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`)
  return 1
}

function wrong(message: string): number {
  process.stderr.write(`${message}\n--help lists the arguments\n`)
  return 2
}
