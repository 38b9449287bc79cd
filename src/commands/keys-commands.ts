/** `tessera keys …`: its commands, and what each takes. */
import type { Command } from 'commander'
import type { Config } from '../config.ts'

const signingKeys = () => import('./keys.ts')

export function keysCommands(program: Command, config: () => Config): void {
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
}
