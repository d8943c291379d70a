const SCHEME = /\b(h)(tt)(ps?):\/\//gi;
const ADDRESS = /\b(?:\d{1,3}\.){3}\d{1,3}\b/g;
const MAIL = /\b([\p{L}\p{N}._%+-]+)@((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})\b/gu;
/** Names of hosts behind a scheme, or that end as hosts do; file names are none. */
const HOST = /\b(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}]{2,}\b/gu;
/** Endings that are files more often than hosts. */
const FILES =
  /\.(?:bat|bin|cmd|com|conf|csv|dat|dll|doc|docx|elf|exe|gz|hta|htm|html|img|ini|iso|jar|js|json|lnk|log|md|msi|pdf|php|png|ps1|py|rar|rtf|sh|so|sys|tar|tmp|txt|vbs|xls|xlsx|xml|yaml|yml|zip)$/i;

/** Addresses, hosts and links written so that nothing makes a link of them; `refang` gives the same text back. */
export function defang(text: string): string {
  return text
    .replace(SCHEME, (_, h: string, tt: string, p: string) => `${h}${crossed(tt)}${p}[:]//`)
    .replace(MAIL, (_, name: string, host: string) => `${name}[@]${dotted(host)}`)
    .replace(ADDRESS, dotted)
    .replace(HOST, (host, at: number, whole: string) => {
      const linked = whole.slice(0, at).endsWith("[:]//");
      return FILES.test(host) && !linked ? host : dotted(host);
    });
}

/** The usual ways to defang, undone. */
export function refang(text: string): string {
  return text
    .replace(/\b(h)(xx)(ps?)(?=\[?:)/gi, (_, h: string, xx: string, p: string) => {
      return `${h}${h === "h" ? "tt" : uncrossed(xx)}${p}`;
    })
    .replace(/\[:\/\/\]|\[:\]\/\//g, "://")
    .replace(/\s?(?:\[dot\]|\(dot\)|\{dot\})\s?/gi, ".")
    .replace(/\[\.\]|\(\.\)|\{\.\}/g, ".")
    .replace(/\s?(?:\[at\]|\(at\))\s?/gi, "@")
    .replace(/\[@\]/g, "@")
    .replace(/\[:\]/g, ":");
}

function dotted(name: string): string {
  return name.replaceAll(".", "[.]");
}

function crossed(letters: string): string {
  return letters.replaceAll("t", "x").replaceAll("T", "X");
}

function uncrossed(letters: string): string {
  return letters.replaceAll("x", "t").replaceAll("X", "T");
}
