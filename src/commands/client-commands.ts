/** The options and help of `tessera client`. */
import type { Command } from 'commander'
import type { AddOptions } from './client.ts'
import type { JsonOption } from './options.ts'
import type { Setup } from './with-store.ts'

const clients = () => import('./client.ts')

export function addClientCommands(program: Command, setup: () => Setup): void {
  const client = program.command('client').description('manage the registered clients')

  client
    .command('add <id>')
    .description('register a client and print its secret')
    .option('--public', 'a client without a secret, such as a browser or mobile app')
    .option('--grants <list>', 'allowed grants, separated by spaces (default: all)')
    .option('--scopes <list>', 'allowed scopes, separated by spaces (default: all)')
    .option('--introspect', 'allow the client to introspect tokens')
    .option('--json', 'print the client with its secret as JSON')
    .action(async (clientId: string, options: AddOptions) =>
      (await clients()).addClient(setup(), clientId, options),
    )

  client
    .command('list')
    .description('list the clients')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: JsonOption) => (await clients()).listClients(setup(), json))

  client
    .command('disable <id>')
    .description('disable a client and end its sessions')
    .option('--json', 'print the client as JSON')
    .action(async (clientId: string, { json = false }: JsonOption) =>
      (await clients()).setClientDisabled(setup(), clientId, true, json),
    )

  client
    .command('enable <id>')
    .description('enable a disabled client')
    .option('--json', 'print the client as JSON')
    .action(async (clientId: string, { json = false }: JsonOption) =>
      (await clients()).setClientDisabled(setup(), clientId, false, json),
    )

  client
    .command('rotate-secret <id>')
    .description('replace the secret of a client and print the new one')
    .option('--json', 'print the client with its secret as JSON')
    .action(async (clientId: string, { json = false }: JsonOption) =>
      (await clients()).rotateSecret(setup(), clientId, json),
    )
}
