/** A count on the terminal, if the work takes longer than two seconds. Prints nothing without a terminal. */
export function createProgress(text: (count: number) => string) {
  let next = performance.now() + 2000
  let isShown = false
  return {
    show(count: number): void {
      if (!process.stderr.isTTY || performance.now() < next) return
      next = performance.now() + 200
      isShown = true
      process.stderr.write(`\r${text(count)} `)
    },
    end(): void {
      if (isShown) process.stderr.write('\r\x1b[K')
    },
  }
}
