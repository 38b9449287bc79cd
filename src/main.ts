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
  .action(async (username: string, options: Record<string, string | undefined>) => {
    const { email, fullName } = options
    const scopes = options.scopes?.split(' ').filter(Boolean)
    await (await users()).addUser(config(), { username, email, fullName, scopes })
  })

user
  .command('disable <username>')
  .description('close an account; its tokens stop at once')
  .action(async (username: string) => (await users()).disableUser(config(), username))

user
  .command('list')
  .description('list the accounts')
  .option('--json', 'as JSON')
  .action(async ({ json = false }: { json?: boolean }) => (await users()).listUsers(config(), json))

program
  .command('keys')
  .description('the keys that sign tokens')
  .command('export-hs256')
  .description('print the key that verifies HS256 tokens; whoever has it can make them')
  .action(async () => (await import('./commands/export-hs256.ts')).exportHs256(config()))

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`tessera: ${faultOf(error)}\n`)
  process.exitCode = 1
}

/** A line for what its reader can mend, all there is for what he cannot. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isExpected = ['InvalidSetting', 'CommandError', 'ContractFault'].includes(error.name)
  return isExpected ? error.message : `${error.stack}`
}
