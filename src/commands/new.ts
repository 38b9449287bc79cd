/** `tessera new`: writes a project that is built on this server, and says how to start it. Asks on a terminal for what is missing. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { CommandError } from './command-error.ts'
import { print } from './output.ts'
import { isPackageName, packageNameOf } from './project-name.ts'
import { writeProject } from './write-project.ts'

export interface NewOptions {
  /** The name of its package. */
  readonly name?: string
  /** A folder with the tarballs of `npm run pack`. */
  readonly packages?: string
}

/** `version` is that of the packages, unless they are tarballs. */
export async function newProject(
  given: string | undefined,
  { name, packages }: NewOptions,
  version: string,
): Promise<void> {
  const folder = resolve(
    given ?? (await ask('Folder of the project: ', 'name the folder: tessera new DIR')),
  )
  requireEmpty(folder)
  const project = {
    folder,
    name: await nameOf(folder, name),
    dependencies: Object.fromEntries(
      ['contract', 'server'].map((each) => [
        `@tessera-oauth/${each}`,
        packages === undefined ? version : tarballOf(each, resolve(packages), folder),
      ]),
    ),
  }
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new CommandError(
      `${folder} cannot be made: ${error instanceof Error ? error.message : error}`,
    )
  }
  writeProject(project)
  const path = relative('', folder)
  await print(`wrote ${project.name} to ${path || 'this folder'}\n\n`)
  await print(`${path ? `cd ${quoted(path)}\n` : ''}npm install\nnpm run dev\n`)
}

async function nameOf(folder: string, given: string | undefined): Promise<string> {
  const folderName = basename(folder)
  const name =
    given ??
    packageNameOf(folderName) ??
    (await ask(
      'Name of the project: ',
      `no package can have the name ${folderName}: choose one with --name`,
    ))
  if (isPackageName(name)) return name
  throw new CommandError(
    `no package can have the name ${name}: use lower-case letters, digits, -, . and _`,
  )
}

/** A folder that is under version control already counts as empty. */
function requireEmpty(folder: string): void {
  if (!existsSync(folder)) return
  if (!statSync(folder).isDirectory()) throw new CommandError(`${folder} is a file: name a folder`)
  if (readdirSync(folder).some((name) => name !== '.git'))
    throw new CommandError(`${folder} is not empty: name a new folder, or an empty one`)
}

/** A relative path, so that the two folders can be moved together. */
function tarballOf(name: string, packages: string, folder: string): string {
  const files = existsSync(packages) ? readdirSync(packages) : []
  const found = files.filter(
    (file) => file.startsWith(`tessera-oauth-${name}-`) && file.endsWith('.tgz'),
  )
  const [file, ...others] = found
  if (file === undefined)
    throw new CommandError(
      `no tessera-oauth-${name}-….tgz in ${packages}: npm run pack writes it to dist`,
    )
  if (others.length > 0)
    throw new CommandError(
      `several versions in ${packages}: remove all but one of ${found.join(' ')}`,
    )
  return `file:${relative(folder, join(packages, file)).replaceAll('\\', '/')}`
}

/** Without a terminal, throws the message. */
async function ask(question: string, message: string): Promise<string> {
  if (!process.stdin.isTTY) throw new CommandError(message)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await new Promise<string>((done) => {
    terminal.question(question, done)
    terminal.once('close', () => done(''))
  })
  terminal.close()
  if (answer.trim() === '') throw new CommandError('canceled')
  return answer.trim()
}

/** As one argument of a shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
