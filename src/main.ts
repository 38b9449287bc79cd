/** The command line. Run by `start.js`; `npm run tessera -- --help` shows it. */
import { Command, CommanderError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { auditCommands } from './commands/audit-commands.ts'
import { clientCommands } from './commands/client-commands.ts'
import { CommandError } from './commands/command-error.ts'
import { keysCommands } from './commands/keys-commands.ts'
import type { Move } from './commands/move.ts'
import type { Json } from './commands/options.ts'
import { clean } from './commands/output.ts'
import { userCommands } from './commands/user-commands.ts'
import { type Config, type Environment, readConfig, settingsHelp } from './config/config.ts'

/** Runs one command, and resolves to its exit status; that of a server, which goes on, resolves once it listens. */
export async function commandLine(
  args: readonly string[],
  environment: Environment = process.env,
): Promise<number> {
  try {
    await programIn(environment).parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    // It has been printed: the help, the version, or what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode
    process.stderr.write(`tessera: ${clean(faultOf(error))}\n`)
    return 1
  }
}

/** Each command loads what it needs when it runs: `user list` does without a web server. */
function programIn(environment: Environment): Command {
  const config = (): Config => readConfig(environment)

  const program = new Command('tessera')
    .description('A contract-first OAuth2 server.')
    .version(manifest.version)
    .addHelpText('after', `\n${settingsHelp()}`)
    .showHelpAfterError('(--help lists the commands and the settings)')
    .exitOverride()

  program
    .command('serve')
    .description('run the server on DATABASE_URL')
    .addHelpText('after', `\n${settingsHelp()}`)
    .action(async () => (await import('./commands/serve.ts')).serve(config()))

  program
    .command('demo')
    .description("run the server on a temporary database with the tutorial's users")
    .action(async () => (await import('./commands/demo.ts')).demo(environment))

  program
    .command('migrate')
    .description('apply the missing migrations, or copy all data to another database')
    .option(
      '--from <database>',
      'the database to copy: a file or a postgres:// URL; stop its servers first',
    )
    .option('--to <database>', 'an empty database to copy to')
    .option('--json', 'print what was applied, or copied, as JSON')
    .action(async ({ from, to, json = false }: Json & Partial<Move>) => {
      if (from !== undefined && to !== undefined)
        return await (await import('./commands/move.ts')).move({ from, to }, json)
      if (from !== undefined || to !== undefined)
        throw new CommandError('--from and --to go together')
      await (await import('./commands/migrate.ts')).migrate(config(), json)
    })

  program
    .command('backup <file>')
    .description('copy the SQLite database, while it is in use')
    .option('--json', 'print the file and its size as JSON')
    .action(async (file: string, { json = false }: Json) =>
      (await import('./commands/backup.ts')).backup(config(), file, json),
    )

  userCommands(program, config)
  auditCommands(program, config)
  clientCommands(program, config)
  keysCommands(program, config)
  return program
}

/** A line for what the reader can mend, the whole stack for what they cannot. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'StoreUnavailable') return storeFault(error.cause)
  const expected = [
    'InvalidSetting',
    'CommandError',
    'ContractError',
    'LastAdministrator',
    'ServiceUnavailable',
    'TransactionConflict',
    'UsernameTaken',
  ]
  return expected.includes(error.name) ? error.message : `${error.stack}`
}

function storeFault(cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : 'no reason given'
  if (/locked/.test(reason))
    return 'the database (DATABASE_URL) is busy: another process is writing to it'
  // What PostgreSQL itself says has a severity: it did answer.
  const isRefused = cause instanceof Error && 'severity' in cause
  return `the database (DATABASE_URL) ${isRefused ? 'refuses' : 'does not answer'}: ${reason}`
}
