/** `tessera audit …`: its command, and what it takes. */
import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import type { Json } from './options.ts'

interface TailOptions extends Json {
  readonly lines: string
  readonly follow?: boolean
  readonly user?: string
  readonly kind?: string
  readonly since?: string
  readonly until?: string
}

export function auditCommands(program: Command, config: () => Config): void {
  const audit = program.command('audit').description('what has happened')

  audit
    .command('tail')
    .description('print the latest events, the newest last')
    .option('--lines <number>', 'how many', '20')
    .option('--follow', 'and those to come, until Ctrl-C')
    .option(
      '--user <name or id>',
      'only of this account, or by it; a deleted one is found by its id',
    )
    .option('--kind <kind>', 'only of this kind')
    .option('--since <moment>', 'only from then on, like 2026-01-02T03:04:05Z')
    .option('--until <moment>', 'only before then')
    .option('--json', 'a line of JSON each')
    .action(async ({ follow = false, json = false, ...options }: TailOptions) => {
      const { lines, user, kind, since, until } = options
      const { tailAudit } = await import('./audit.ts')
      await tailAudit(config(), { lines, follow, user, kind, since, until, json })
    })
}
