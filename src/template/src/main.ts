/** The command line of the server: `node src/main.ts --help` lists its commands and settings. */
import { server } from './server.ts'

await server.cli()
