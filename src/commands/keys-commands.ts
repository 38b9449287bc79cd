/** The options and help of `tessera keys`. */
import type { Command } from 'commander'
import { CommandError } from './command-error.ts'
import type { RotateOptions } from './keys.ts'
import type { JsonOption } from './options.ts'
import type { Setup } from './with-store.ts'

interface RetireOptions extends JsonOption {
  readonly unreadable?: boolean
  readonly all?: boolean
}

const signingKeys = () => import('./keys.ts')

export function addKeysCommands(program: Command, setup: () => Setup): void {
  const keys = program.command('keys').description('manage the keys that sign tokens')

  keys
    .command('rotate')
    .description('add a key; tokens of the previous key stay valid until they expire')
    .option('--now', 'sign with the new key at once, before all caches of the JWKS have it')
    .option('--json', 'print the key as JSON')
    .action(async (options: RotateOptions) => (await signingKeys()).rotateKeys(setup(), options))

  keys
    .command('list')
    .description('list the keys, newest first')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: JsonOption) => (await signingKeys()).listKeys(setup(), json))

  keys
    .command('retire [kid]')
    // One key id in 64 begins with a hyphen.
    .allowUnknownOption()
    .description('reject all tokens that a key signed')
    .option(
      '--unreadable',
      'retire all keys that SECRET_KEY does not decrypt, if the previous SECRET_KEY is lost',
    )
    .option('--all', 'retire all keys, if SECRET_KEY is lost and there is no new one yet')
    .option('--json', 'print the key as JSON; with --unreadable or --all, a list')
    .action(async (kid: string | undefined, { unreadable, all, json = false }: RetireOptions) => {
      if ([kid, unreadable, all].filter((given) => given !== undefined).length !== 1)
        throw new CommandError('give a key id, --unreadable or --all')
      const { retireAllKeys, retireKey, retireUnreadableKeys } = await signingKeys()
      if (kid !== undefined) return await retireKey(setup(), kid, json)
      await (all ? retireAllKeys : retireUnreadableKeys)(setup(), json)
    })

  keys
    .command('export-hs256')
    .description('print the key that verifies HS256 tokens; it can also sign them')
    .action(async () => (await signingKeys()).exportHs256(setup().config))
}
