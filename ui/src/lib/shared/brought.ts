/** The core reads 20 MB and says that it left something out. */
const MOST_BYTES = 20 * 1024 * 1024 + 1;

/**
 * The text to read for what it names, of what another program gave away: that of files; HTML where it has links, which may name
 * what its text does not; else the text. A file that cannot be read, as a folder, has none.
 */
export async function broughtText(
  text: string,
  html: string,
  files: readonly File[],
): Promise<string> {
  if (files.length > 0) {
    const texts = files.map(async (file) =>
      file
        .slice(0, MOST_BYTES)
        .text()
        .catch(() => ""),
    );
    return (await Promise.all(texts)).join("\n");
  }
  return /<a\s[^>]*href/i.test(html) ? html : text;
}
