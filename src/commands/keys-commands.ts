/** `tessera keys …`: its commands, and what each takes. */
import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import { CommandError } from './command-error.ts'
import type { Json } from './options.ts'

interface Retire extends Json {
  readonly unreadable?: boolean
  readonly all?: boolean
}

const signingKeys = () => import('./keys.ts')

export function keysCommands(program: Command, config: () => Config): void {
  const keys = program.command('keys').description('the keys that sign tokens')

  keys
    .command('rotate')
    .description('add a key; the previous one verifies until its last token has expired')
    .option('--now', 'sign with it at once, before every cache of the JWKS has it')
    .option('--json', 'print the key as JSON')
    .action(async ({ now = false, json = false }: Json & { now?: boolean }) =>
      (await signingKeys()).rotateKeys(config(), { now, json }),
    )

  keys
    .command('list')
    .description('list the keys, the newest first')
    .option('--json', 'as JSON')
    .action(async ({ json = false }: Json) => (await signingKeys()).listKeys(config(), json))

  keys
    .command('retire [kid]')
    // One key id in 64 begins with a dash.
    .allowUnknownOption()
    .description('refuse all tokens of a key')
    .option(
      '--unreadable',
      'every key that SECRET_KEY does not decrypt, when the previous SECRET_KEY is lost',
    )
    .option('--all', 'every key, when SECRET_KEY is lost and there is no new one yet')
    .option('--json', 'print the key as JSON, with --unreadable or --all a list')
    .action(async (kid: string | undefined, { unreadable, all, json = false }: Retire) => {
      if ([kid, unreadable, all].filter((given) => given !== undefined).length !== 1)
        throw new CommandError('name a key, or give --unreadable or --all')
      const { retireAllKeys, retireKey, retireUnreadableKeys } = await signingKeys()
      if (kid !== undefined) return await retireKey(config(), kid, json)
      await (all ? retireAllKeys : retireUnreadableKeys)(config(), json)
    })

  keys
    .command('export-hs256')
    .description('print the key that verifies HS256 tokens; whoever has it can make them')
    .action(async () => (await signingKeys()).exportHs256(config()))
}
