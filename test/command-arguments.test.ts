/** No command of a document, a unit or a script has a secret in its arguments, which every user of the machine can read. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

const programs = /^(?:[A-Z_]+=\S+ )*(?:tessera|docker|psql|pg_dump|pg_restore|curl|npm|node) /

/** Arguments with what the demo prints, and with its tokens. */
const publicArguments =
  /(?:Authorization: Bearer |\w*(?:password|token)=|-u [\w-]+:)(?:secret123|password456|administrator123|demo-service-secret|nonsense|emma-1|\$TOKEN|\$REFRESH)(?!\w)/g
/** The demo of the project, and the example of the package. */
const demo = /\bhttp:\/\/127\.0\.0\.1:8000\b|\blocalhost:3000\b/

/** What shows a secret if it is in an argument. */
const secrets: readonly RegExp[] = [
  /\$\{?\w*(?:PASSWORD|SECRET|PEPPER|DATABASE_URL|TOKEN|REFRESH)\w*/,
  /\w:\/\/[^\s/"'@]*:[^\s/"'@]+@/,
  /(?:--env|-e)[ =]\w*(?:PASSWORD|SECRET|PEPPER|DATABASE_URL)\w*=/,
  /(?:^|[\s"'&?])\w*(?:password|secret|token)=[^\s@]/i,
  /--(?:password|secret|token)[= ]\S/i,
  /(?:^| )(?:-u|--user) [^\s:]+:\S/,
  /Authorization: \w+ ./i,
]

/** Each with its arguments only: without what a here-document writes, and without variables. */
function commandsIn(script: string): string[] {
  return (
    script
      .replaceAll('\\\n', ' ')
      .replace(/(<< ?'?(\w+)'?)\n[\s\S]*?^\s*\2$/gm, '$1')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.replace(/^(?:export |\w+=\$\(|\w+=\S* ?)+/, ''))
      // Part of the shell, not a process.
      .map((line) => line.replace(/^echo [^|]*\|/, ''))
  )
}

function showsSecret(command: string): boolean {
  const checked = demo.test(command) ? command.replace(publicArguments, '') : command
  return secrets.some((pattern) => pattern.test(checked))
}

function documentCommands(text: string): string[] {
  const plain = text.replace(/^ {4,}(?=\S)/gm, '')
  const blocks = [...plain.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block = '']) => block)
  const samples = [...plain.matchAll(/^curl [^\n]*(?:\\\n[^\n]*)*/gm)].map(([sample]) => sample)
  const inline = [...plain.matchAll(/`([^`\n]+)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => programs.test(code))
  return [...blocks, ...samples, ...inline].flatMap(commandsIn)
}

const documents = [...globSync(['*.md', '{src,test}/**/*.md'], { cwd: root }), 'openapi.yaml']
const scripts = ['src/deploy/tessera', 'src/deploy/Containerfile', '.ci/run']
const units = globSync('src/deploy/*.service', { cwd: root })

const sources: readonly (readonly [file: string, commands: readonly string[]])[] = [
  ...documents.map((file) => [file, documentCommands(read(file))] as const),
  ...scripts.map((file) => [file, commandsIn(read(file))] as const),
  ...units.map((file) => [file, read(file).match(/^Exec\w+=.*$/gm) ?? []] as const),
]

describe('the commands', () => {
  it.each(sources)('of %s have no secret in their arguments [J13]', (_file, commands) => {
    expect(commands.filter(showsSecret)).toEqual([])
  })

  it('are found', () => {
    expect(sources.flatMap(([, commands]) => commands).length).toBeGreaterThan(300)
    const found = sources.filter(([, commands]) => commands.length > 5).map(([file]) => file)
    expect(found).toEqual(
      expect.arrayContaining(['README.md', 'openapi.yaml', 'src/deploy/README.md', '.ci/run']),
    )
  })

  it.each([
    'psql "$DATABASE_URL" --quiet',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of a shell
    'pg_restore --dbname="${DATABASE_URL}"',
    'pg_dump postgres://tessera:hidden@db.example.com/tessera',
    'docker run --env SECRET_KEY=0f1e tessera',
    'tessera user add ada --password hidden',
    'curl https://id.example.com/token -d username=ada -d password=hidden',
    'curl https://id.example.com/introspect -u service:hidden',
    'curl https://id.example.com/users/me -H "Authorization: Bearer $TOKEN"',
    'curl http://127.0.0.1:8000/token -d password=hidden',
  ])('would be found if they had one: %s', (command) => {
    expect(commandsIn(command).filter(showsSecret)).toEqual([command])
  })

  it.each([
    'curl http://127.0.0.1:8000/token -d username=johndoe -d password=secret123',
    'curl http://127.0.0.1:8000/users/me -H "Authorization: Bearer $TOKEN"',
    'curl https://id.example.com/token -d @form',
    'PGPASSWORD=hidden psql service=tessera',
    'SECRET_KEY=$(openssl rand -hex 32)',
  ])('may have what is public, and variables: %s', (command) => {
    expect(commandsIn(command).filter(showsSecret)).toEqual([])
  })
})
