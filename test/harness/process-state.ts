/** The state of the shared process that tests must restore: the environment and replaced functions. */

type State = Readonly<Record<string, unknown>>

const functions = (): State => ({
  'Date.now': Date.now,
  fetch: globalThis.fetch,
  setTimeout: globalThis.setTimeout,
  'process.stdout': process.stdout,
  'process.exitCode': process.exitCode,
})

export function processState(): State {
  const environment = Object.entries(process.env).map(([name, value]) => [`env ${name}`, value])
  return { ...functions(), ...Object.fromEntries(environment) }
}

/** The names of changed values. */
export function changedSince(before: State): string[] {
  const now = processState()
  const names = new Set([...Object.keys(before), ...Object.keys(now)])
  return [...names].filter((name) => before[name] !== now[name])
}
