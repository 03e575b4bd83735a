// Finds the page's language on a host of plain files, and its words. Served by the proxy a page has them already, so this
// is no part of the first load.

// English is built in; the other languages are files beside this one, and the build lists them.
async function file(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`no ${name}`);
  return answer;
}

// Systems write `de_DE.UTF-8`, and `C` and `POSIX` name no language.
function locale(tag) {
  const [name] = tag.trim().replaceAll("_", "-").split(/[.@]/);
  try {
    return /^[a-z]{2,3}(?![a-z])/i.test(name) ? new Intl.Locale(name).maximize() : undefined;
  } catch {
    return undefined;
  }
}

// The language that is asked for by name, else the first known of the browser's: in its country, else in its script, else
// at all.
async function language() {
  const asked = new URLSearchParams(location.search).get("locale") ?? "";
  const wanted = (locale(asked) ? [asked] : navigator.languages).map(locale).filter(Boolean);
  if (!wanted.length || wanted[0].language === "en") return "en";
  const list = await (await file("index.txt")).text();
  const known = ["en", ...list.split(/\.json\s*/).filter(Boolean)];
  for (const tag of wanted) {
    for (const part of [(of) => of.baseName, (of) => of.language + of.script, (of) => of.language]) {
      const found = known.find((name) => part(locale(name)) === part(tag));
      if (found) return found;
    }
  }
  return "en";
}

// Puts other words than the built-in ones into `#sentences`: the language's, and before them the merchant's own.
export default async function speak() {
  const name = await language();
  if (name === "en") return;
  const own = document.getElementById("sentences");
  const words = await (await file(`${name}.json`)).json();
  own.textContent = JSON.stringify({ ...words, ...JSON.parse(own.textContent || "{}") });
  document.documentElement.lang = name;
  document.documentElement.dir = words.$dir;
}
