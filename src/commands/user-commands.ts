/** The options and help of `tessera user`. */
import type { Command } from 'commander'
import { type Profile, profileFields } from '../accounts/profile.ts'
import type { Product } from '../services.ts'
import { CommandError } from './command-error.ts'
import { type JsonOption, splitWords } from './options.ts'
import type { AddOptions, EmailOptions } from './user.ts'
import type { ImportOptions } from './user-import.ts'
import type { Setup } from './with-store.ts'

const profileOptions: { readonly [Key in keyof Profile]: readonly [flags: string, text: string] } =
  {
    email: ['--email <address>', 'e-mail address (default: none)'],
    fullName: ['--full-name <name>', 'full name (default: none)'],
    locale: ['--locale <tag>', 'language of the mails, such as de (default: en)'],
  }

interface ScopesOptions extends JsonOption {
  readonly all?: boolean
  readonly add?: string[]
  readonly remove?: string[]
}

const importedFields = (defaultScopes: string): string => {
  const fields = [
    ['username', 'required'],
    ['hashed_password or password_hash', 'bcrypt, Argon2, PBKDF2 or scrypt as other applications'],
    ['', 'store it, or a hash of this server (default: no password)'],
    [profileFields.map(({ name }) => name).join(', '), 'string or null'],
    ['email_verified', 'true or false (default: false)'],
    ['disabled', 'true or false (default: false)'],
    ['scopes', `array of strings (default: ${defaultScopes})`],
    ['external_id', 'id in the other application, by which GET /users finds it'],
    ['created_at', 'time (default: now)'],
  ] as const
  const width = Math.max(...fields.map(([name]) => name.length))
  return `
The file has an account per line as JSON, or is a JSON list, or CSV with a header. The fields of
an account without --from; others are rejected:
${fields.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n')}`
}

const users = () => import('./user.ts')

export function addUserCommands(
  program: Command,
  { defaultScopes: patterns }: Product,
  setup: () => Setup,
): void {
  const defaultScopes = patterns.join(' ') || 'none'
  const user = program.command('user').description('manage the accounts')

  const add = user
    .command('add <username>')
    .description('add an account; prompts for the password, or reads it from standard input')
  for (const [flags, text] of Object.values(profileOptions)) add.option(flags, text)
  add
    .option('--email-verified', 'the address is known to be that of the account')
    .option('--scopes <list>', `scopes, separated by spaces (default: ${defaultScopes})`)
    .option('--no-password', 'ask for no password: nobody logs in until one is set')
    .option(
      '--invite',
      'the server mails the owner of --email a link or code that sets the password; needs SMTP_URL or MAIL_DIR of the server',
    )
    .option('--json', 'print the account as JSON')
    .action(async (username: string, options: AddOptions) =>
      (await users()).addUser(setup(), username, options),
    )

  user
    .command('invite <username>')
    .description(
      'have the server send one more invitation to an account without a password; needs SMTP_URL or MAIL_DIR of the server',
    )
    .option('--json', 'print the account as JSON')
    .action(async (username: string, { json = false }: JsonOption) =>
      (await import('./user-invite.ts')).inviteUser(setup(), username, json),
    )

  user
    .command('list')
    .description('list the accounts, sorted by username')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: JsonOption) => (await users()).listUsers(setup(), json))

  user
    .command('show <username>')
    .description('show an account, by username or id')
    .option('--json', 'print JSON')
    .action(async (username: string, { json = false }: JsonOption) =>
      (await users()).showUser(setup(), username, json),
    )

  user
    .command('disable <username>')
    .description('disable an account, end its sessions and revoke its tokens')
    .option('--json', 'print the account as JSON')
    .action(async (username: string, { json = false }: JsonOption) =>
      (await users()).setDisabled(setup(), username, true, json),
    )

  user
    .command('enable <username>')
    .description('enable a disabled account')
    .option('--json', 'print the account as JSON')
    .action(async (username: string, { json = false }: JsonOption) =>
      (await users()).setDisabled(setup(), username, false, json),
    )

  user
    .command('scopes [username] [scopes...]')
    .description('replace the scopes of an account, or change them with --add and --remove')
    .option('--all', 'change the scopes of all accounts, with --add and --remove')
    .option('--add <scopes...>', 'scopes to add')
    .option('--remove <scopes...>', 'scopes to remove')
    .option('--json', 'print the account as JSON; with --all, the numbers of accounts')
    .action(async (username: string | undefined, given: string[], options: ScopesOptions) => {
      const scopes = given.length > 0 ? splitWords(given.join(' ')) : undefined
      const { json = false, all = false } = options
      const [add = [], remove = []] = [options.add, options.remove].map((some) =>
        splitWords(some?.join(' ')),
      )
      const changes = { add, remove }
      if (all === (username !== undefined)) throw new CommandError('give a username, or --all')
      if (username !== undefined)
        return await (await users()).setScopes(setup(), username, scopes, changes, json)
      await (await import('./user-scopes.ts')).setAllScopes(setup(), changes, json)
    })

  user
    .command('email <username> [address]')
    .description(
      'change the e-mail address of an account; with --verified, it can be used to reset the password',
    )
    .option('--verified', 'the address, by default the one of the account, is known to be theirs')
    .option('--json', 'print the account as JSON')
    .action(async (username: string, email: string | undefined, options: EmailOptions) =>
      (await users()).setEmail(setup(), username, email, options),
    )

  user
    .command('password <username>')
    .description('change a password; prompts for it, or reads it from standard input')
    .option('--json', 'print the account as JSON')
    .action(async (username: string, { json = false }: JsonOption) =>
      (await users()).changePassword(setup(), username, json),
    )

  user
    .command('import <file>')
    .description(
      'add the accounts of another application from a file, or - for standard input, with their password hashes',
    )
    .addHelpText('after', importedFields(defaultScopes))
    .option(
      '--from <system>',
      'the file is an export of keycloak, auth0, supabase, django, fastapi-users or firebase; passlib: fields as without --from, hashes made with passlib',
    )
    .option(
      '--firebase-project <file>',
      "the parameters of the project's hashes, as Firebase shows them",
    )
    .option('--dry-run', 'check the file and the usernames, and import nothing')
    .option('--skip-bad', 'skip invalid accounts and import the others')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: ImportOptions) =>
      (await import('./user-import.ts')).importUsers(setup(), file, options),
    )

  user
    .command('delete <username>')
    .description('delete an account, its items and its sessions; its audit events are kept')
    .option('--json', 'print the account as JSON')
    .action(async (username: string, { json = false }: JsonOption) =>
      (await users()).deleteUser(setup(), username, json),
    )
}
