/** The command line of the package as a function, for programs that have it among their own commands. */
export { runCommand } from './generate/command.ts'
