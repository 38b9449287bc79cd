/** `tessera user …`: its commands, and what each takes. */
import type { Command } from 'commander'
import { type Profile, profileFields } from '../accounts/profile.ts'
import type { Config } from '../config/config.ts'
import { type Json, listed } from './options.ts'

interface AddOptions extends Json, Partial<Profile> {
  readonly scopes?: string
}

const profileOptions: { readonly [Key in keyof Profile]: readonly [flags: string, text: string] } =
  {
    email: ['--email <address>', 'where to write to (default: none)'],
    fullName: ['--full-name <name>', 'how to address the person (default: none)'],
  }

interface ScopesOptions extends Json {
  readonly add?: string[]
  readonly remove?: string[]
}

interface ImportOptions extends Json {
  readonly skipBad?: boolean
}

const profileNames = profileFields.map(({ name }) => name).join(', ')
const importedFields = `
A line has these fields, and no others:
  username                          required
  hashed_password or password_hash  required; bcrypt as passlib makes it, or a hash of this server
  ${profileNames.padEnd(32)}  text, or null
  disabled                          true or false (default: false)
  scopes                            a list (default: all of me:* and items:*)`

const users = () => import('./user.ts')

export function userCommands(program: Command, config: () => Config): void {
  const user = program.command('user').description('the accounts')

  const add = user
    .command('add <username>')
    .description('add an account; its password is asked for, or read from standard input')
  for (const [flags, text] of Object.values(profileOptions)) add.option(flags, text)
  add
    .option('--scopes <list>', 'scopes with spaces between (default: all of me:* and items:*)')
    .option('--json', 'print the account as JSON')
    .action(async (username: string, { scopes, json = false, ...profile }: AddOptions) => {
      const added = { username, ...profile, scopes: listed(scopes) }
      await (await users()).addUser(config(), added, json)
    })

  user
    .command('list')
    .description('list the accounts in the order of their names')
    .option('--json', 'as JSON')
    .action(async ({ json = false }: Json) => (await users()).listUsers(config(), json))

  user
    .command('show <username>')
    .description('show an account, by its name or its id')
    .option('--json', 'as JSON')
    .action(async (username: string, { json = false }: Json) =>
      (await users()).showUser(config(), username, json),
    )

  user
    .command('disable <username>')
    .description('disable an account; all its tokens and sessions are revoked')
    .option('--json', 'print the account as JSON')
    .action(async (username: string, { json = false }: Json) =>
      (await users()).setDisabled(config(), username, true, json),
    )

  user
    .command('enable <username>')
    .description('enable a disabled account')
    .option('--json', 'print the account as JSON')
    .action(async (username: string, { json = false }: Json) =>
      (await users()).setDisabled(config(), username, false, json),
    )

  user
    .command('scopes <username> [scopes...]')
    .description("replace an account's scopes, or change them with --add and --remove")
    .option('--add <scopes...>', 'scopes to add')
    .option('--remove <scopes...>', 'scopes to remove')
    .option('--json', 'print the account as JSON')
    .action(async (username: string, given: string[], options: ScopesOptions) => {
      const scopes = given.length > 0 ? listed(given.join(' ')) : undefined
      const [add, remove] = [options.add, options.remove].map((some) => listed(some?.join(' ')))
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
    .addHelpText('after', importedFields)
    .option('--skip-bad', 'import the good lines where there are bad ones')
    .option('--json', 'print the outcome as JSON')
    .action(async (file: string, { skipBad = false, json = false }: ImportOptions) =>
      (await import('./user-import.ts')).importUsers(config(), file, { skipBad, json }),
    )

  user
    .command('delete <username>')
    .description('delete an account with all that belongs to it')
    .option('--json', 'print the account as JSON')
    .action(async (username: string, { json = false }: Json) =>
      (await users()).deleteUser(config(), username, json),
    )
}
