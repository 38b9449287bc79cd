/** The program of the notes product, as its `package.json` would start it: `node notes-program.ts serve`. */
import { notesServer } from './notes.ts'

await notesServer.cli()
