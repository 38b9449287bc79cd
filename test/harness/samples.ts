/** Reads metrics in the text format of Prometheus. */

/** The value of `name{label="value",…}` exactly as written in the text; 0 if absent. */
export type Samples = (series: string) => number

export function samplesIn(text: string): Samples {
  const samples = new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line): [string, number] => {
        const end = line.lastIndexOf(' ')
        return [line.slice(0, end), Number(line.slice(end))]
      }),
  )
  return (series) => samples.get(series) ?? 0
}

export async function samplesAt(url: string): Promise<Samples> {
  return samplesIn(await (await fetch(url)).text())
}

/** The names of all metrics. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name)
}
