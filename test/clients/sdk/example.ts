/** An example program, with the client that a generator makes for it, in a folder of its own. Nothing generated is kept. */
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
import { type Command, run } from '../client-report.ts'
import { newerServer } from './newer-server.ts'

/** Where the examples expect a server: `npm run demo` listens there. */
const demo = 'http://127.0.0.1:8000'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

export interface Example {
  readonly folder: string
  /** The command that makes the client, as the first line of the example says it. */
  readonly command: string
  /** Runs that command, with another program in place of the words that it begins with. */
  generate(words: string, program: Command): Promise<void>
  /** Runs a command in the folder. */
  run(command: Command): Promise<string>
  /** The text of a file in the folder. */
  read(path: string): string
  /** The names of the files in a folder of the folder. */
  list(path: string): string[]
  write(path: string, text: string): void
  /** Lets the server answer what the next version of it might. */
  grow(): void
  end(): Promise<void>
}

/** The example of that name, a folder beside this file, and the programs that the README shows for it. */
export async function example(name: string, program: string): Promise<Example> {
  const server = await testServer()
  const front = await newerServer(server.url)
  const folder = mkdtempSync(join(tmpdir(), 'tessera-sdk-'))
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text.replaceAll(demo, front.url))
  }
  const inFolder = (command: Command) => run({ folder, ...command })

  cpSync(fileURLToPath(new URL(name, import.meta.url)), folder, { recursive: true })
  const command = commandIn(read(program))
  for (const file of readdirSync(folder)) write(file, read(file))
  for (const [file, text] of shownInReadme(name)) write(file, text)
  return {
    folder,
    command,
    generate: async (words, { args, ...rest }) => {
      if (!command.startsWith(`${words} `)) throw new Error(`${program} says: ${command}`)
      const told = command.slice(words.length + 1).replaceAll(demo, front.url)
      await inFolder({ ...rest, args: [...args, ...told.split(' ')] })
    },
    run: inFolder,
    read,
    list: (path) => readdirSync(join(folder, path)),
    write,
    grow: front.grow,
    end: async () => {
      await front.stop()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function commandIn(program: string): string {
  return /^(?:\/\/|#) (.*)/.exec(program)?.[1] ?? ''
}

/** The blocks that follow a comment like `client: FOLDER/FILE`. */
function shownInReadme(name: string): [file: string, text: string][] {
  return [...readme.matchAll(/<!-- client: ([^/]+)\/(\S+) -->\n```\w+\n([\s\S]*?)```/g)]
    .filter(([, folder]) => folder === name)
    .map(([, , file = '', text = '']) => [file, text])
}

/** Every line of a command in the README, one that is continued as one. */
export const commandsInReadme = readme.replace(/ \\\n\s+/g, ' ').split('\n')
