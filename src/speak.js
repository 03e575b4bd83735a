// Finds the page's language on a host of plain files, and its words. Served by the proxy a page has them already, so this
// is no part of the first load.

// English is built in; the other languages are the files beside this one, found by their names.
async function words(name) {
  try {
    // A host may answer with its front page where no file is.
    return await (await fetch(new URL(`${name}.json`, import.meta.url))).json();
  } catch {
    return undefined;
  }
}

// Systems write `de_DE.UTF-8`, and `C` and `POSIX` name no language.
function locale(tag) {
  const [name] = tag.trim().replaceAll("_", "-").split(/[.@]/);
  try {
    return /^[a-z]{2,3}(?![a-z])/i.test(name) ? new Intl.Locale(name) : undefined;
  } catch {
    return undefined;
  }
}

// How the files of a language may be called: with its country, alone, or with the country that its script is at home in.
function names({ language, script, region }, home) {
  return new Set([...(region ? [`${language}-${region}`] : []), ...(script ? [] : [language]), `${language}-${home}`, language]);
}

// Puts other words than the built-in ones into `#sentences`: the language's, and before them the merchant's own. The
// language is the one that is asked for by name, else the first of the browser's that there is.
export default async function speak() {
  const asked = new URLSearchParams(location.search).get("locale") ?? "";
  for (const tag of (locale(asked) ? [asked] : navigator.languages).map(locale).filter(Boolean)) {
    const { language, script } = tag.maximize();
    if (language === "en") return;
    for (const name of names(tag, new Intl.Locale(language, { script }).maximize().region)) {
      const found = await words(name);
      if (!found?.$dir) continue;
      const own = document.getElementById("sentences");
      own.textContent = JSON.stringify({ ...found, ...JSON.parse(own.textContent || "{}") });
      document.documentElement.lang = name;
      document.documentElement.dir = found.$dir;
      return;
    }
  }
}
