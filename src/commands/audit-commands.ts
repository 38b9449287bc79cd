/** `tessera audit …`: its command, and what it takes. */
import type { Command } from 'commander'
import type { Config } from '../config.ts'
import type { Json } from './options.ts'

interface TailOptions extends Json {
  readonly lines: string
  readonly follow?: boolean
  readonly user?: string
  readonly kind?: string
}

export function auditCommands(program: Command, config: () => Config): void {
  const audit = program.command('audit').description('what has happened')

  audit
    .command('tail')
    .description('print the latest events, the newest last')
    .option('--lines <number>', 'how many', '20')
    .option('--follow', 'and those to come, until Ctrl-C')
    .option('--user <name>', 'only of this account, or by it')
    .option('--kind <kind>', 'only of this kind')
    .option('--json', 'a line of JSON each')
    .action(async ({ lines, follow = false, user, kind, json = false }: TailOptions) =>
      (await import('./audit.ts')).tailAudit(config(), { lines, follow, user, kind, json }),
    )
}
