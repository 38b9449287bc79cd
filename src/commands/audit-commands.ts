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
  const audit = program.command('audit').description('the audit trail')

  audit
    .command('tail')
    .description('print the latest events, the newest last')
    .option('--lines <number>', 'how many events', '20')
    .option('--follow', 'go on with new events until Ctrl-C')
    .option(
      '--user <name or id>',
      'only events of this account or by it; for a deleted one, its id',
    )
    .option('--kind <kind>', 'only events of this kind')
    .option('--since <moment>', 'only from this time on, like 2026-01-02T03:04:05Z')
    .option('--until <moment>', 'only before this time')
    .option('--json', 'one JSON object per line')
    .action(async ({ follow = false, json = false, ...options }: TailOptions) => {
      const { lines, user, kind, since, until } = options
      const { tailAudit } = await import('./audit.ts')
      await tailAudit(config(), { lines, follow, user, kind, since, until, json })
    })
}
