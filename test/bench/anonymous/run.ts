/**
 * `npm run bench:anonymous`: the CPU time of requests without credentials. Words after `--` select kinds by a part of their name. Exits
 * with 1 if one outside the budgets takes more than ten times as much as a 404.
 */
import { maxRatio, measureAnonymous } from '../measures/anonymous.ts'

for await (const figure of measureAnonymous(process.argv[2])) {
  const { name, statuses, micros, ratio, isBudgeted } = figure
  const isOver = ratio > maxRatio && !isBudgeted
  if (isOver) process.exitCode = 1
  const mark = isBudgeted ? 'within a budget' : isOver ? 'MISSED' : ''
  process.stdout.write(
    `${name.padEnd(52)} ${statuses.padEnd(8)} ${micros.toFixed(0).padStart(6)} µs ${ratio.toFixed(1).padStart(6)} × ${mark}\n`,
  )
}
