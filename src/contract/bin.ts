#!/usr/bin/env node
/** The program of the package: `npx @tessera-oauth/contract`. */
import { runCommand } from './generate/command.ts'

process.exitCode = await runCommand(process.argv.slice(2))
