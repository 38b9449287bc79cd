/** `node test/bench/fair-logins.ts`: target 10 alone, in half a minute. */
import { makeDatabase } from './database.ts'
import { measureFairLogins } from './measures/fair-logins.ts'
import { resultLine } from './report.ts'

const database = await makeDatabase()
try {
  for (const result of await measureFairLogins(database))
    process.stdout.write(`${resultLine(result)}\n`)
} finally {
  database.remove()
}
