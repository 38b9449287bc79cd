/** `tessera client …`: its commands, and what each takes. */
import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import { type Json, listed } from './options.ts'

interface ClientOptions extends Json {
  readonly public?: boolean
  readonly grants?: string
  readonly scopes?: string
  readonly introspect?: boolean
}

const clients = () => import('./client.ts')

export function clientCommands(program: Command, config: () => Config): void {
  const client = program.command('client').description('the registered clients')

  client
    .command('add <id>')
    .description('register a client, and print its secret')
    .option('--public', 'the client cannot keep a secret and gets none')
    .option('--grants <list>', 'grants, separated by spaces (default: all)')
    .option('--scopes <list>', 'scopes, separated by spaces (default: all)')
    .option('--introspect', 'the client may introspect tokens')
    .option('--json', 'print the client with its secret as JSON')
    .action(async (clientId: string, options: ClientOptions) => {
      const grants = listed(options.grants)
      const scopes = listed(options.scopes)
      const { public: isPublic = false, introspect: mayIntrospect = false, json = false } = options
      const added = { clientId, isPublic, grants, scopes, mayIntrospect }
      await (await clients()).addClient(config(), added, json)
    })

  client
    .command('list')
    .description('list the clients')
    .option('--json', 'as JSON')
    .action(async ({ json = false }: Json) => (await clients()).listClients(config(), json))

  client
    .command('disable <id>')
    .description('refuse a client and end its sessions')
    .option('--json', 'print the client as JSON')
    .action(async (clientId: string, { json = false }: Json) =>
      (await clients()).disableClient(config(), clientId, json),
    )

  client
    .command('enable <id>')
    .description('accept a disabled client again')
    .option('--json', 'print the client as JSON')
    .action(async (clientId: string, { json = false }: Json) =>
      (await clients()).enableClient(config(), clientId, json),
    )

  client
    .command('rotate-secret <id>')
    .description('give a client a new secret, and print it')
    .option('--json', 'print the client with its secret as JSON')
    .action(async (clientId: string, { json = false }: Json) =>
      (await clients()).rotateSecret(config(), clientId, json),
    )
}
