/** A count on a terminal, where something takes longer than two seconds; nothing in a pipe. */
export interface Progress {
  show(count: number): void
  end(): void
}

export function createProgress(text: (count: number) => string): Progress {
  let next = performance.now() + 2000
  let isShown = false
  return {
    show(count) {
      if (!process.stderr.isTTY || performance.now() < next) return
      next = performance.now() + 200
      isShown = true
      process.stderr.write(`\r${text(count)} `)
    },
    end() {
      if (isShown) process.stderr.write('\r\x1b[K')
    },
  }
}
