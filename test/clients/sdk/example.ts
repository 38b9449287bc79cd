/** An example program and its generated client in a temporary folder. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { testServer } from '../../harness/test-server.ts'
import { type Command, run } from '../run-client.ts'
import { newerServer } from './newer-server.ts'

/** The URL in the examples, where `npm run demo` listens. */
const demoUrl = 'http://127.0.0.1:8000'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

export interface Example {
  readonly folder: string
  /** The command that generates the client: the first comment of the example. */
  readonly command: string
  /** Runs that command, with `program` in place of its `prefix`. */
  generate(prefix: string, program: Command): Promise<void>
  /** Runs a command in the folder. */
  run(command: Command): Promise<string>
  /** The text of a file in the folder. */
  read(path: string): string
  /** The names of the files in a folder of the folder. */
  list(path: string): string[]
  write(path: string, text: string): void
  /** Adds undeclared fields to the later responses of the server. */
  addFields(): void
  remove(): Promise<void>
}

/** The example of that name, a folder beside this file, with its programs from the README. */
export async function example(name: string, program: string): Promise<Example> {
  const server = await testServer()
  const proxy = await newerServer(server.url)
  const folder = mkdtempSync(join(tmpdir(), 'tessera-sdk-'))
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text.replaceAll(demoUrl, proxy.url))
  }
  const inFolder = (command: Command) => run({ folder, ...command })

  cpSync(fileURLToPath(new URL(name, import.meta.url)), folder, { recursive: true })
  const command = commandIn(read(program))
  for (const file of readdirSync(folder)) write(file, read(file))
  for (const [file, text] of programsInReadme(name)) write(file, text)
  return {
    folder,
    command,
    generate: async (prefix, { args, ...options }) => {
      if (!command.startsWith(`${prefix} `)) throw new Error(`unexpected command: ${command}`)
      const rest = command.slice(prefix.length + 1).replaceAll(demoUrl, proxy.url)
      await inFolder({ ...options, args: [...args, ...rest.split(' ')] })
    },
    run: inFolder,
    read,
    list: (path) => readdirSync(join(folder, path)),
    write,
    addFields: proxy.addFields,
    remove: async () => {
      await proxy.stop()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function commandIn(program: string): string {
  return /^(?:<\?php\n)?(?:\/\/|#) (.*)/.exec(program)?.[1] ?? ''
}

/** The blocks after a comment like `client: FOLDER/FILE`. */
function programsInReadme(name: string): [file: string, text: string][] {
  return [...readme.matchAll(/<!-- client: ([^/]+)\/(\S+) -->\n```\w+\n([\s\S]*?)```/g)]
    .filter(([, folder]) => folder === name)
    .map(([, , file = '', text = '']) => [file, text])
}

/** The lines of the README; a continued command is one line. */
export const commandsInReadme = readme.replace(/ \\\n\s+/g, ' ').split('\n')
