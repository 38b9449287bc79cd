/** The mails in German. */
import type { LanguageTexts, ProofValues } from './mail-texts.ts'

function proofIn({ link, code, expiresAt }: ProofValues, time: (at: number) => string): string {
  if (link === undefined) return `${code}\n\nEr gilt einmal, bis ${time(expiresAt)}.`
  return `${link}\n\nOder geben Sie diesen Code dort ein, wo Sie ihn angefordert haben: ${code}\n\nLink oder Code gelten einmal, bis ${time(expiresAt)}.`
}

const wayOf = ({ link }: ProofValues) =>
  link === undefined ? 'mit diesem Code dort, wo Sie ihn angefordert haben' : 'hier'

function offerIn(
  { link, code, requestId, expiresAt }: ProofValues,
  time: (at: number) => string,
): string {
  const way = link ?? `Kennung: ${requestId}\nCode: ${code}`
  return `${way}\n\nDies gilt einmal, bis ${time(expiresAt)}.`
}

const offeredWayOf = ({ link }: ProofValues, service: string) =>
  link === undefined
    ? `dort, wo Sie sich bei ${service} anmelden, mit der Kennung und dem Code unten`
    : 'hier'

export const de: LanguageTexts = {
  password_reset: ({ username, ...proof }, { service, time }) => ({
    subject: `Neues Passwort für ${service}`,
    text: `Jemand hat ein neues Passwort für Ihr Konto ${username} bei ${service} angefordert. Wenn Sie das waren, setzen Sie das Passwort ${wayOf(proof)}:

${proofIn(proof, time)}

Wenn Sie das nicht waren, müssen Sie nichts tun. Ihr Passwort ist unverändert.`,
  }),

  email_confirmation: (proof, { service, time }) => ({
    subject: `E-Mail-Adresse für ${service} bestätigen`,
    text: `Jemand hat diese Adresse für ein Konto bei ${service} angegeben. Wenn Sie das waren, bestätigen Sie sie ${wayOf(proof)}:

${proofIn(proof, time)}

Wenn Sie das nicht waren, müssen Sie nichts tun: ${service} schreibt Ihnen deswegen nicht noch einmal.`,
  }),

  email_change: (proof, { service, time }) => ({
    subject: `Neue E-Mail-Adresse für ${service} bestätigen`,
    text: `Jemand möchte diese Adresse für das eigene Konto bei ${service} verwenden. Wenn Sie das waren, bestätigen Sie sie ${wayOf(proof)}:

${proofIn(proof, time)}

Wenn Sie das nicht waren, müssen Sie nichts tun: ${service} schreibt Ihnen deswegen nicht noch einmal.`,
  }),

  email_restoration: ({ username, newEmail, at, ...proof }, { service, time }) => ({
    subject: `Ihre E-Mail-Adresse für ${service} wurde ${newEmail === undefined ? 'entfernt' : 'geändert'}`,
    text: `Die E-Mail-Adresse Ihres Kontos ${username} bei ${service} wurde ${newEmail === undefined ? 'entfernt' : `geändert, und zwar zu ${newEmail}`} (${time(at)}).

Wenn Sie das waren, müssen Sie nichts tun. Wenn Sie das nicht waren, holen Sie diese Adresse ${offeredWayOf(proof, service)} zurück. Das beendet alle Sitzungen des Kontos, und sein Passwort gilt nicht mehr; fordern Sie danach ein neues Passwort an:

${offerIn(proof, time)}`,
  }),

  invitation: ({ username, ...proof }, { service, time }) => ({
    subject: `Ihr Konto bei ${service}`,
    text: `Die Verwaltung von ${service} hat das Konto ${username} für Sie angelegt. Setzen Sie sein Passwort ${offeredWayOf(proof, service)}:

${offerIn(proof, time)}

Wenn Sie kein Konto erwarten, müssen Sie nichts tun.`,
  }),

  new_sign_in: ({ username, at, address, agent }, { service, time }) => ({
    subject: `Neue Anmeldung bei ${service}`,
    text: `Jemand hat sich bei Ihrem Konto ${username} bei ${service} angemeldet, aus einem Netz und mit einem Programm, die bisher nicht dabei waren.

${[`Zeit: ${time(at)}`, address && `Adresse: ${address}`, agent && `Programm: ${agent}`].filter(Boolean).join('\n')}

Wenn Sie das waren, müssen Sie nichts tun. Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort: Das beendet alle Sitzungen.`,
  }),

  password_changed: ({ username, at }, { service, time }) => ({
    subject: `Ihr Passwort für ${service} wurde geändert`,
    text: `Das Passwort Ihres Kontos ${username} bei ${service} wurde geändert (${time(at)}).

Wenn Sie das nicht waren, fordern Sie jetzt ein neues Passwort an.`,
  }),

  email_changed: ({ username, at }, { service, time }) => ({
    subject: `Ihre E-Mail-Adresse für ${service} wurde geändert`,
    text: `Die E-Mail-Adresse Ihres Kontos ${username} bei ${service} wurde geändert (${time(at)}).

Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort und Ihre Adresse.`,
  }),

  session_stolen: ({ username, at }, { service, time }) => ({
    subject: `Eine Sitzung Ihres Kontos bei ${service} wurde beendet`,
    text: `Eine Sitzung Ihres Kontos ${username} bei ${service} wurde an zwei Orten verwendet und deshalb beendet (${time(at)}). Vielleicht hat jemand sie von einem Ihrer Geräte kopiert.

Melden Sie sich neu an. Wenn es noch einmal geschieht, ändern Sie Ihr Passwort.`,
  }),
}
