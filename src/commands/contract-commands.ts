/** The command `contract`, which is that of the contract layer. */
import { type Command, CommanderError } from 'commander'

export function addContractCommand(program: Command): void {
  program
    .command('contract')
    .argument('[arguments...]')
    .description(
      'generate the files of openapi.yaml, or list what an upgrade changed in it (contract --help)',
    )
    .helpOption(false)
    .allowUnknownOption()
    .action(async (args: string[]) => {
      const { runCommand } = await import('#contract/command')
      const status = await runCommand(args)
      if (status !== 0) throw new CommanderError(status, 'contract', '')
    })
}
