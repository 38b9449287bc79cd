/** The files of `src/deploy`, and the sections and commands of its README, the operator's handbook. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export const deployed = (name: string): string =>
  readFileSync(join(root, 'src/deploy', name), 'utf8')

export const handbook = deployed('README.md')

export interface Block {
  readonly language: string
  readonly text: string
}

export const blocks: readonly Block[] = [...handbook.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', text = '']) => ({ language, text }),
)

/** The lines of all commands, one per command: continued lines are joined. */
export const commandLines: readonly string[] = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.replaceAll('\\\n', ' ').trim().split('\n'))

/** The blocks that follow `<!-- MARK -->`: the commands, and what they print if a block shows it. */
export function marked(mark: string): readonly { commands: string; output: string }[] {
  const pattern = new RegExp(
    `^<!-- ${mark} -->\\n\`\`\`sh\\n([\\s\\S]*?)^\`\`\`\\n(?:\`\`\`\\n([\\s\\S]*?)^\`\`\`\\n)?`,
    'gm',
  )
  return [...handbook.matchAll(pattern)].map(([, commands = '', output = '']) => ({
    commands,
    output,
  }))
}

/** The value of a setting of a systemd unit. */
export function unitSetting(unit: string, name: string): string {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(deployed(unit))?.[1] ?? ''
}
