/** The command line of a product. `--help` lists the commands. */
import { Command, CommanderError } from 'commander'
import { type Config, type Environment, readConfig, settingsHelp } from '../config/config.ts'
import type { Product } from '../services.ts'
import { StoreError, StoreUnavailable } from '../store/errors.ts'
import { addAuditCommands } from './audit-commands.ts'
import { addClientCommands } from './client-commands.ts'
import { CommandError } from './command-error.ts'
import type { CopyOptions } from './copy-database.ts'
import { addKeysCommands } from './keys-commands.ts'
import type { JsonOption } from './options.ts'
import { expectClosedPipe, replaceUnprintable } from './output.ts'
import { addProjectCommands } from './project-commands.ts'
import { addUserCommands } from './user-commands.ts'
import type { Setup } from './with-store.ts'

/** Runs one command and resolves to its exit status; for a server, once it listens. */
export async function runProgram(
  product: Product,
  args: readonly string[],
  environment: Environment,
): Promise<number> {
  expectClosedPipe()
  try {
    await createProgram(product, environment).parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    // Commander has printed the help, the version, or what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode
    process.stderr.write(`${product.name}: ${replaceUnprintable(errorText(error))}\n`)
    return 1
  }
}

/** Each command imports its modules when it runs: `user list` loads no web server. */
function createProgram(product: Product, environment: Environment): Command {
  const config = (): Config => readConfig(environment)
  const setup = (): Setup => ({ config: config(), product })

  const program = new Command(product.name)
    .description(product.description)
    .version(product.version)
    .addHelpText('after', () => `\n${settingsHelp()}`)
    .showHelpAfterError('(--help lists the commands and options)')
    .exitOverride()

  program
    .command('serve')
    .description('run the server on the database of DATABASE_URL')
    .addHelpText('after', () => `\n${settingsHelp()}`)
    .action(async () => (await import('./serve.ts')).serve(setup(), environment))

  program
    .command('demo')
    .description('run the server on a temporary database with the users of the FastAPI tutorial')
    .option(
      '--keep <file>',
      'keep the database in this file, and add the users only if it is empty',
    )
    .action(async ({ keep }: { readonly keep?: string }) =>
      (await import('./demo.ts')).demo(product, environment, keep),
    )

  program
    .command('migrate')
    .description('apply pending migrations, or copy all data to another database')
    .option(
      '--from <database>',
      'database to copy: a file, or a postgres:// URL whose password is in PGPASSWORD; stop its servers first',
    )
    .option('--to <database>', 'empty database to copy to (default: that of DATABASE_URL)')
    .option('--json', 'print the applied migrations, or the copied tables, as JSON')
    .action(async ({ from, to, json = false }: Partial<CopyOptions>) => {
      if (from === undefined && to !== undefined) throw new CommandError('--to needs --from')
      if (from === undefined) return await (await import('./migrate.ts')).migrate(setup(), json)
      const { copyDatabase } = await import('./copy-database.ts')
      await copyDatabase(product, environment, { from, to, json })
    })

  program
    .command('seed')
    .description(
      'add the accounts and the client of the demo to an empty database, for development',
    )
    .option('--json', 'print them as JSON')
    .action(async ({ json = false }: JsonOption) => (await import('./seed.ts')).seed(setup(), json))

  program
    .command('backup <file>')
    .description('copy the SQLite database while it is in use (PostgreSQL: use pg_dump)')
    .option('--json', 'print the file and its size as JSON')
    .action(async (file: string, { json = false }: JsonOption) =>
      (await import('./backup.ts')).backup(config(), file, json),
    )

  program
    .command('compact')
    .description('return the space of deleted rows in the SQLite database; stop its servers first')
    .option('--json', 'print the file and its sizes as JSON')
    .action(async ({ json = false }: JsonOption) =>
      (await import('./compact.ts')).compact(config(), json),
    )

  program
    .command('contract')
    .argument('[arguments...]')
    .description(
      'generate the files of openapi.yaml, or list what an upgrade changed in it (contract --help)',
    )
    .helpOption(false)
    .allowUnknownOption()
    .action(async (args: string[]) => {
      const status = await (await import('#contract/command')).runCommand(args)
      if (status !== 0) throw new CommanderError(status, 'contract', '')
    })

  addUserCommands(program, product, setup)
  addAuditCommands(program, setup)
  addClientCommands(program, setup)
  addKeysCommands(program, setup)
  // A server that is built on ours makes no projects.
  if (product.name === 'tessera') addProjectCommands(program, product, environment)
  return program
}

/** One line for an expected error, the stack for a bug. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof StoreUnavailable) return storeErrorText(error.cause)
  if (['InvalidSetting', 'CommandError', 'ContractError'].includes(error.name)) return error.message
  // Its message is a sentence, as the server sends it.
  if (error instanceof StoreError)
    return error.message.replace(/^./, (first) => first.toLowerCase())
  return `${error.stack}`
}

function storeErrorText(cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : 'no reason given'
  if (/locked/.test(reason))
    return 'the database (DATABASE_URL) is busy: another process is writing to it'
  // Only errors from PostgreSQL itself have a severity.
  const isResponse = cause instanceof Error && 'severity' in cause
  return `the database (DATABASE_URL) ${isResponse ? 'reports an error' : 'is unavailable'}: ${reason}`
}
