/** The options and the help of the commands for projects that are built on this server. */
import type { Command } from 'commander'
import type { Environment } from '../config/config.ts'
import type { Product } from '../services.ts'
import type { NewOptions } from './new.ts'

export function addProjectCommands(
  program: Command,
  { version }: Pick<Product, 'version'>,
  environment: Environment,
): void {
  program
    .command('new [folder]')
    .description('write a project with a login and an API of its own')
    .option(
      '--name <name>',
      'name of its npm package and of its command (default: from the folder)',
    )
    .option(
      '--packages <folder>',
      'folder of the tarballs that npm run pack writes (default: the registry)',
    )
    .action(async (folder: string | undefined, options: NewOptions) =>
      (await import('./new.ts')).newProject(folder, options, version),
    )

  program
    .command('dev')
    .description(
      'run the project in this folder: restart it when its code changes, generate when its contract changes',
    )
    .action(async () => (await import('./dev.ts')).dev(environment))
}
