#!/usr/bin/env node
/** The command of the package: `npx tessera`. */
import { tessera } from './main.ts'

await tessera.cli()
