/** The options and help of `tessera audit`. */
import type { Command } from 'commander'
import type { TailOptions } from './audit.ts'
import type { Setup } from './with-store.ts'

export function addAuditCommands(program: Command, setup: () => Setup): void {
  const audit = program.command('audit').description('read the audit trail')

  audit
    .command('tail')
    .description('print the latest events, newest last')
    .option('--lines <number>', 'number of events', '20')
    .option('--follow', 'keep printing new events until Ctrl-C')
    .option(
      '--user <name or id>',
      'only events of this account or by it; for a deleted account, its id',
    )
    .option('--kind <kind>', 'only events of this kind')
    .option('--since <time>', 'only events from this time on, such as 2026-01-02T03:04:05Z')
    .option('--until <time>', 'only events before this time')
    .option('--json', 'print one JSON object per line')
    .action(async (options: TailOptions) =>
      (await import('./audit.ts')).tailAudit(setup(), options),
    )
}
