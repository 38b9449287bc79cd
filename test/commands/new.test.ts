/** `tessera new`: where the project is written, its name, and its dependencies. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { temporaryFolder, tessera } from '../harness/command.ts'
import { typing } from '../harness/typing.ts'

const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8')
const manifestIn = (folder: string) => JSON.parse(read(folder, 'package.json'))

describe('tessera new', () => {
  it('writes a project of its name, and says how to start it [N19]', async () => {
    const folder = join(temporaryFolder(), 'Mañana Notes')
    const { out, err, status } = await tessera(['new', folder])
    expect({ err, status }).toEqual({ err: '', status: 0 })
    expect(out).toMatch(
      /^wrote manana-notes to .*\n\ncd '.*Mañana Notes'\nnpm install\nnpm run dev\n$/,
    )
    expect(readdirSync(folder).sort()).toEqual([
      '.gitignore',
      'README.md',
      'biome.json',
      'openapi.yaml',
      'package.json',
      'pnpm-workspace.yaml',
      'src',
      'test',
      'tsconfig.json',
    ])
    const { version } = JSON.parse(read('.', 'package.json'))
    expect(manifestIn(folder)).toMatchObject({
      name: 'manana-notes',
      dependencies: { '@tessera-oauth/contract': version, '@tessera-oauth/server': version },
    })
    expect(read(folder, 'src/server.ts')).toContain("name: 'manana-notes'")
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => read(file.parentPath, file.name))
    expect(texts.filter((text) => text.includes('my-product'))).toEqual([])
  })

  it('gives the command the name of the package without its scope [N19]', async () => {
    const folder = temporaryFolder()
    expect(await tessera(['new', folder, '--name', '@acme/pins'])).toMatchObject({
      err: '',
      status: 0,
    })
    expect(manifestIn(folder).name).toBe('@acme/pins')
    expect(read(folder, 'src/server.ts')).toContain("name: 'pins'")
  })

  it('takes the packages of --packages by their paths from the project [N19]', async () => {
    const parent = temporaryFolder()
    for (const name of ['server', 'contract', 'client']) {
      mkdirSync(join(parent, 'dist'), { recursive: true })
      writeFileSync(join(parent, 'dist', `tessera-oauth-${name}-0.1.0.tgz`), '')
    }
    const folder = join(parent, 'apps/notes')
    const run = () => tessera(['new', folder, '--packages', join(parent, 'dist')])
    expect(await run()).toMatchObject({ err: '', status: 0 })
    expect(manifestIn(folder).dependencies).toEqual({
      '@tessera-oauth/contract': 'file:../../dist/tessera-oauth-contract-0.1.0.tgz',
      '@tessera-oauth/server': 'file:../../dist/tessera-oauth-server-0.1.0.tgz',
    })
  })

  it('refuses a folder that is not empty, and changes nothing in it [N19]', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, '.git'))
    writeFileSync(join(folder, 'notes.txt'), '')
    expect(await tessera(['new', folder])).toEqual({
      out: '',
      err: `tessera: ${folder} is not empty: name a new folder, or an empty one\n`,
      status: 1,
    })
    expect(readdirSync(folder).sort()).toEqual(['.git', 'notes.txt'])
    const file = join(folder, 'notes.txt')
    expect((await tessera(['new', file])).err).toBe(`tessera: ${file} is a file: name a folder\n`)
  })

  it('says in one line that the folder cannot be made [N19]', async () => {
    const parent = temporaryFolder()
    writeFileSync(join(parent, 'file'), '')
    symlinkSync(join(parent, 'gone'), join(parent, 'dangling'))
    for (const name of ['file/sub', 'dangling']) {
      const { err, status } = await tessera(['new', join(parent, name), '--name', 'notes'])
      expect(status).toBe(1)
      expect(err).toMatch(/^tessera: .*cannot be (made|read).*\n$/)
    }
  })

  it.each(['123', 'true', '1.0', 'null'])(
    'keeps the name %s a text in the contract [N19]',
    async (name) => {
      const folder = temporaryFolder()
      expect((await tessera(['new', folder, '--name', name])).err).toBe('')
      const document = parse(read(folder, 'openapi.yaml'))
      expect(document.info.title).toBe(name)
    },
  )

  it.each([
    ['no folder', [], 'name the folder: tessera new DIR'],
    ['a name that npm refuses', ['x', '--name', 'Notes!'], 'no package can have the name Notes!'],
    ['the name of our package', ['x', '--name', '@tessera-oauth/server'], 'no package can have'],
    ['a folder without a letter', ['…'], 'no package can have the name …: choose one with --name'],
    [
      'a folder without packages',
      ['x', '--packages', 'none'],
      'no tessera-oauth-contract-….tgz in ',
    ],
  ])(
    'says what is missing for %s, and writes nothing [N19]',
    async (_, [folder, ...others], message) => {
      const parent = temporaryFolder()
      const args = folder === undefined ? [] : [join(parent, folder)]
      const { out, err, status } = await tessera(['new', ...args, ...others])
      expect([out, status]).toEqual(['', 1])
      expect(err).toContain(message)
      expect(readdirSync(parent)).toEqual([])
    },
  )

  it('asks on a terminal for what is missing [N19]', async () => {
    const folder = join(temporaryFolder(), '…')
    const { shown, status } = await typing(
      ['new'],
      /Folder of the project: |Name of the project: /g,
      [`${folder}\r`, 'notes\r'],
    )
    expect(shown).toContain('wrote notes to ')
    expect(status).toBe(0)
    expect(manifestIn(folder).name).toBe('notes')
  })

  it('is not among the commands of a server that is built on ours [N19]', async () => {
    const { notesServer } = await import('../harness/notes.ts')
    expect((await tessera(['new', 'x'], { cli: notesServer.cli })).err).toContain('unknown command')
  })
})

it('the project has the versions of the tools that this repository is tested with, and of Node that its packages need [N19]', () => {
  const { devDependencies, engines } = JSON.parse(read('src/template', '_package.json'))
  expect(JSON.parse(read('.', 'package.json')).devDependencies).toMatchObject(devDependencies)
  expect(engines).toEqual(JSON.parse(read('src', 'manifest.json')).engines)
})
