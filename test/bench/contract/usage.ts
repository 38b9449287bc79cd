/** Prints at the exit of the process what it has used: seconds of CPU, and MiB of memory at most. */
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const seconds = (userCPUTime + systemCPUTime) / 1e6
  process.stderr.write(`used ${seconds} s ${maxRSS / 1024} MiB\n`)
})
