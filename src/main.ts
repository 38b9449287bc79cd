/** The command line. Run by `start.js`; `npm run tessera -- --help` shows it. */
import { Command } from 'commander'
import { type Config, readConfig, settingsHelp } from './config.ts'

// Each command loads what it needs when it runs: `user list` does without a web server.
const config = (): Config => readConfig(process.env)

const program = new Command('tessera')
  .description('A contract-first OAuth2 server.')
  .addHelpText('after', `\n${settingsHelp()}`)
  .showHelpAfterError('(--help lists the commands and the settings)')

program
  .command('serve')
  .description('run the server on DATABASE_URL')
  .action(async () => (await import('./commands/serve.ts')).serve(config()))

program
  .command('demo')
  .description("run the server on a temporary database with the tutorial's users")
  .action(async () => (await import('./commands/demo.ts')).demo(process.env))

program
  .command('migrate')
  .description('bring the database to this version')
  .action(async () => (await import('./commands/migrate.ts')).migrate(config()))

const users = () => import('./commands/user.ts')
const user = program.command('user').description('the accounts')

user
  .command('add <username>')
  .description('add an account; its password is asked for, or read from standard input')
  .option('--email <address>')
  .option('--full-name <name>')
  .option('--scopes <list>', 'scopes with spaces between (default: all of me:* and items:*)')
  .option('--json', 'print the account as JSON')
  .action(async (username: string, options: UserOptions) => {
    const { email, fullName, json = false } = options
    const scopes = listed(options.scopes)
    await (await users()).addUser(config(), { username, email, fullName, scopes }, json)
  })

user
  .command('list')
  .description('list the accounts in the order of their names')
  .option('--json', 'as JSON')
  .action(async ({ json = false }: Json) => (await users()).listUsers(config(), json))

user
  .command('show <username>')
  .description('show an account')
  .option('--json', 'as JSON')
  .action(async (username: string, { json = false }: Json) =>
    (await users()).showUser(config(), username, json),
  )

user
  .command('disable <username>')
  .description('close an account; its tokens stop at once')
  .option('--json', 'print the account as JSON')
  .action(async (username: string, { json = false }: Json) =>
    (await users()).setDisabled(config(), username, true, json),
  )

user
  .command('enable <username>')
  .description('open a closed account')
  .option('--json', 'print the account as JSON')
  .action(async (username: string, { json = false }: Json) =>
    (await users()).setDisabled(config(), username, false, json),
  )

user
  .command('scopes <username> [scopes...]')
  .description("replace an account's scopes, or change them with --add and --remove")
  .option('--add <list>', 'scopes with spaces between')
  .option('--remove <list>', 'scopes with spaces between')
  .option('--json', 'print the account as JSON')
  .action(async (username: string, given: string[], options: ScopesOptions) => {
    const add = listed(options.add)
    const remove = listed(options.remove)
    const scopes = given.length > 0 ? listed(given.join(' ')) : undefined
    const changes = { scopes, add, remove }
    await (await users()).setScopes(config(), username, changes, options.json ?? false)
  })

user
  .command('password <username>')
  .description('change a password; it is asked for, or read from standard input')
  .option('--json', 'print the account as JSON')
  .action(async (username: string, { json = false }: Json) =>
    (await users()).changePassword(config(), username, json),
  )

user
  .command('import <file>')
  .description(
    'add the accounts of another application, a JSON object a line; - reads standard input',
  )
  .option('--skip-bad', 'import the good lines where there are bad ones')
  .option('--json', 'print the outcome as JSON')
  .action(async (file: string, { skipBad = false, json = false }: ImportOptions) =>
    (await import('./commands/user-import.ts')).importUsers(config(), file, { skipBad, json }),
  )

user
  .command('delete <username>')
  .description('delete an account with all that is its own')
  .option('--json', 'print the account as JSON')
  .action(async (username: string, { json = false }: Json) =>
    (await users()).deleteUser(config(), username, json),
  )

const audit = program.command('audit').description('what has happened')

audit
  .command('tail')
  .description('print the latest events, the newest last')
  .option('--lines <number>', 'how many', '20')
  .option('--follow', 'and those to come, until Ctrl-C')
  .option('--user <name>', 'only of this account, or by it')
  .option('--kind <kind>', 'only of this kind')
  .option('--json', 'a line of JSON each')
  .action(async ({ lines, follow = false, user, kind, json = false }: TailOptions) =>
    (await import('./commands/audit.ts')).tailAudit(config(), { lines, follow, user, kind, json }),
  )

const clients = () => import('./commands/client.ts')
const client = program.command('client').description('the registered clients')

client
  .command('add <id>')
  .description('register a client, and print its secret')
  .option('--public', 'it cannot keep a secret, and gets none')
  .option('--grants <list>', 'grants with spaces between (default: all)')
  .option('--scopes <list>', 'scopes with spaces between (default: all)')
  .option('--introspect', 'it may introspect tokens')
  .action(async (clientId: string, options: ClientOptions) => {
    const grants = listed(options.grants)
    const scopes = listed(options.scopes)
    const { public: isPublic = false, introspect: mayIntrospect = false } = options
    await (await clients()).addClient(config(), {
      clientId,
      isPublic,
      grants,
      scopes,
      mayIntrospect,
    })
  })

client
  .command('list')
  .description('list the clients')
  .option('--json', 'as JSON')
  .action(async ({ json = false }: { json?: boolean }) =>
    (await clients()).listClients(config(), json),
  )

client
  .command('disable <id>')
  .description('refuse a client from now on')
  .action(async (clientId: string) => (await clients()).disableClient(config(), clientId))

client
  .command('rotate-secret <id>')
  .description('give a client a new secret, and print it')
  .action(async (clientId: string) => (await clients()).rotateSecret(config(), clientId))

const signingKeys = () => import('./commands/keys.ts')
const keys = program.command('keys').description('the keys that sign tokens')

keys
  .command('rotate')
  .description('add a key; the one before verifies until its last token has expired')
  .option('--now', 'let it sign at once, not only when every cache of the JWKS has it')
  .action(async ({ now = false }: { now?: boolean }) =>
    (await signingKeys()).rotateKeys(config(), { now }),
  )

keys
  .command('list')
  .description('list the keys, the newest first')
  .action(async () => (await signingKeys()).listKeys(config()))

keys
  .command('retire <kid>')
  // One key id in 64 begins with a dash.
  .allowUnknownOption()
  .description('refuse the tokens of a key from now on')
  .action(async (kid: string) => (await signingKeys()).retireKey(config(), kid))

keys
  .command('export-hs256')
  .description('print the key that verifies HS256 tokens; whoever has it can make them')
  .action(async () => (await signingKeys()).exportHs256(config()))

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`tessera: ${faultOf(error)}\n`)
  process.exitCode = 1
}

interface Json {
  readonly json?: boolean
}

interface UserOptions extends Json {
  readonly email?: string
  readonly fullName?: string
  readonly scopes?: string
}

interface ScopesOptions extends Json {
  readonly add?: string
  readonly remove?: string
}

interface ImportOptions extends Json {
  readonly skipBad?: boolean
}

interface TailOptions extends Json {
  readonly lines: string
  readonly follow?: boolean
  readonly user?: string
  readonly kind?: string
}

interface ClientOptions {
  readonly public?: boolean
  readonly grants?: string
  readonly scopes?: string
  readonly introspect?: boolean
}

function listed(text: string | undefined): string[] | undefined {
  return text?.split(' ').filter(Boolean)
}

/** A line for what its reader can mend, all there is for what he cannot. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isExpected = ['InvalidSetting', 'CommandError', 'ContractFault'].includes(error.name)
  return isExpected ? error.message : `${error.stack}`
}
