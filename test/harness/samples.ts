/** What a server counts, read as Prometheus reads it. */

/** The value of `name{label="value",…}` as it is written in the text; 0 where it is not there. */
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

/** The names of all that is counted. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name)
}
