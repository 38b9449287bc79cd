/** Every document of the repository: its links lead somewhere, its commands parse and name what exists. */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { settingsHelp } from '../src/config/config.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const documents = globSync(['*.md', '{src,test}/**/*.md'], { cwd: root })
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** They name the scripts of a project that `tessera new` makes. */
const ofProjects = ['src/template/README.md', 'src/README.md']
const project = JSON.parse(read('src/template/_package.json'))

const withoutCode = (text: string) =>
  text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, 'code')

/** As GitHub makes them. */
function anchorsOf(file: string): Set<string> {
  const headings = [
    ...read(file)
      .replace(/^```[\s\S]*?^```/gm, '')
      .matchAll(/^#+ (.*)$/gm),
  ]
  return new Set(
    headings.map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

function isBroken(link: string, file: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path ? join(dirname(file), path) : file
  if (!existsSync(join(root, target))) return true
  return anchor !== undefined && !anchorsOf(target).has(anchor)
}

const testFiles = globSync('test/**/*.test.ts', { cwd: root })

/** The words after `--` by which a command chooses files of tests. */
function chosenTests(text: string): string[] {
  return [...text.matchAll(/npm (?:test|run test:(?:all|world)) --( [^`#\n;|&]*)/g)]
    .flatMap(([, words = '']) =>
      words.replace(/ -(?:-project|-bail|t) (?:"[^"]*"|'[^']*'|\S+)/g, '').split(' '),
    )
    .filter((word) => /^[a-z]/.test(word))
}

it('there are documents', () => {
  expect(documents.length).toBeGreaterThan(8)
})

describe.each(documents)('%s', (file) => {
  const text = read(file)

  it('has no broken link', () => {
    const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g)]
      .map(([, link, image]) => link ?? image ?? '')
      .filter((link) => !/^[a-z]+:/.test(link))
    expect(links.filter((link) => isBroken(link, file))).toEqual([])
  })

  it('names only scripts of package.json', () => {
    const scripts = [...text.matchAll(/\bnpm run (?:-s )?([a-z][a-z:-]*)/g)].map(([, name]) => name)
    const known = { ...manifest.scripts, ...(ofProjects.includes(file) && project.scripts) }
    expect(scripts.filter((name) => !(name && name in known))).toEqual([])
  })

  // The README adds the file that it names; its test follows it.
  it.skipIf(file === 'README.md')('chooses only tests that exist', () => {
    const isThere = (word: string) => testFiles.some((path) => path.includes(word))
    expect(chosenTests(text).filter((word) => !isThere(word))).toEqual([])
  })

  it('has commands that a shell can read', () => {
    const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
    const faults = blocks.map(
      (input) => spawnSync('sh', ['-n'], { input, encoding: 'utf8' }).stderr,
    )
    expect(faults.filter(Boolean)).toEqual([])
  })
})

describe('CONTRIBUTING.md', () => {
  const text = read('CONTRIBUTING.md')

  it('has at most 60 lines', () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
  })

  it('names only files of src that exist', () => {
    const [, table = ''] = text.split('## Where to add')
    const names = [...(table.split('##')[0] ?? '').matchAll(/`([a-z][\w/-]+\.ts)`/g)].map(
      ([, name = '']) => name,
    )
    expect(names.length).toBeGreaterThan(10)
    expect(names.filter((name) => !existsSync(join(root, 'src', name)))).toEqual([])
  })

  it('names every folder of src in its map', () => {
    const folders = globSync('*/', { cwd: join(root, 'src') }).map((name) =>
      name.replace(/\/$/, ''),
    )
    expect(folders).toContain('store')
    expect(folders.filter((name) => !text.includes(`\`${name}\``))).toEqual([])
  })
})

it('the README of the clients installs the versions that its tests use', () => {
  const text = read('test/clients/README.md')
  const installed = (pattern: RegExp) => pattern.exec(text)?.[1]
  const [python = '', go = '', java = ''] = [
    installed(/pip install openapi-python-client==(\S+)/),
    installed(/oapi-codegen\/v2\/cmd\/oapi-codegen@v(\S+)/),
    installed(/openapi-generator-cli:(\S+)/),
  ]
  const sdk = 'test/clients/sdk'
  expect(read(`${sdk}/python/requirements.txt`)).toContain(`\nopenapi-python-client==${python}\n`)
  expect(read(`${sdk}/go-oapi-codegen/go.mod`)).toContain(`oapi-codegen/v2 v${go} `)
  expect(read(`${sdk}/openapi-generator.ts`)).toContain(`const version = '${java}'`)
})

it('the page of resource servers quotes its programs, and installs the versions that its tests use', () => {
  const page = 'test/clients/resource-servers/README.md'
  const quoted = [...read(page).matchAll(/<!-- client: (\S+) -->\n```\w+\n([\s\S]*?)```/g)]
  expect(quoted.length).toBeGreaterThan(3)
  for (const [, file = '', text] of quoted) expect(text).toBe(read(join(dirname(page), file)))

  const found = (pattern: RegExp) =>
    [...read(page).matchAll(pattern)].map(([, name = '', version = '']) => [name, version])
  const npm = Object.fromEntries(found(/ ((?:express)[\w-]*)@([\d.]+)/g))
  expect({ ...manifest.dependencies, ...manifest.devDependencies }).toMatchObject(npm)
  const python = found(/([\w]+)(?:\[crypto\])?==([\d.]+)/g)
  const requirements = read(join(dirname(page), 'fastapi/requirements.txt')).split('\n')
  expect(requirements).toEqual(expect.arrayContaining(python.map((each) => each.join('=='))))
  const [[module = '', version = ''] = []] = found(/go get (\S+)@(v\S+)/g)
  expect(read(join(dirname(page), 'go/go.mod'))).toContain(`${module} ${version}\n`)
  for (const [, boot = ''] of read(page).matchAll(/(\d\S+) \(Spring\s+Security/g))
    expect(read(join(dirname(page), 'spring.test.ts'))).toContain(`'${boot}'`)
})

it('no document or source uses a word that the style rules out', () => {
  const files = [...documents, 'openapi.yaml', ...globSync('src/**/*.{ts,js}', { cwd: root })]
  const word = /\b(he|him|his|buys?|bought|sells?|sold|anew|whoever)\b/i
  const found = files.flatMap((file) => {
    const match = word.exec(read(file))
    return match ? [`${file}: ${match[0]}`] : []
  })
  expect(found).toEqual([])
})

it('the handbook lists every setting with its default and its range', () => {
  const listed = settingsHelp()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [, name, help, preset, range = ''] =
        /^ {2}(\S+) +(.*) \(default: (.*?)(?:; (\d+ to \d+))?\)$/.exec(line) ?? []
      return `| \`${name}\` | ${preset} | ${range}${range && ' '}| ${help} |`
    })
  expect(listed.filter((row) => / to \d/.test(row)).length).toBeGreaterThan(20)
  expect(listed.filter((row) => !read('src/deploy/README.md').includes(row))).toEqual([])
})
