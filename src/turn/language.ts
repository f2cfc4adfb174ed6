// Which of lull's own languages a customer writes, guessed from the small words that a language cannot do without. Pure.
// It chooses lull's fixed sentences; the model sees for itself.

export type Language = "en" | "pt-BR" | "es" | "fr";

/** Small words without accents that the others do not have, or seldom. */
const WORDS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: wordSet(
    "the is are you your hi hello hey what how when where which who do does did can could would please thanks thank " +
      "good morning afternoon evening i my we and of for with have has need want much not yes it this that to am an " +
      "there open price order today tomorrow help",
  ),
  "pt-BR": wordSet(
    "oi ola bom boa dia noite obrigado obrigada voce voces vc vcs nao quanto custa quero queria preciso tem uma um meu " +
      "minha com pra para qual quais isso aqui sim tudo bem hoje amanha eu fazer ainda muito tambem ta to do da na de e " +
      "os as ele ela gostaria posso pode onde quando porque estou esta sao foi preco voces ajuda",
  ),
  es: wordSet(
    "hola buenos buenas dias tardes noches gracias usted ustedes quiero quisiera necesito cuanto cuesta donde es estan " +
      "tiene tienen una un mi con para que como si hoy manana yo hacer aun muy tambien el los las del al y por favor " +
      "precio puede puedo esta lo ella cuando porque estoy fue de ayuda",
  ),
  fr: wordSet(
    "bonjour bonsoir salut merci vous je j est sont le la les des du un une et mon ma mes avec pour quel quelle combien " +
      "ou comment oui non aujourd hui demain besoin veux voudrais pas ne c ca plait prix avez au en de quand pourquoi " +
      "suis peut puis aide l d",
  ),
};

/** Letters and endings that one of them alone has; each counts as so many words. */
const MARKS: readonly (readonly [Language, RegExp])[] = [
  ["pt-BR", /[ãõ]/],
  ["es", /[ñ¿¡]/],
  ["fr", /[œùèëîïû]|\b[cjldnmtsq]['’]\p{L}/u],
];
const MARK_WEIGHT = 2;
/** In UTF-16 units: enough to be sure of. */
const TEXT_LENGTH_MAX = 2_000;

/** The language of these texts; `fallback` where they do not tell, or could be of two. */
export function languageOf(texts: readonly string[], fallback: Language): Language {
  const text = texts.join("\n").slice(0, TEXT_LENGTH_MAX).toLowerCase().normalize("NFC");
  const words = plain(text).split(/[^\p{L}]+/u);
  const scores = (Object.keys(WORDS) as Language[])
    .map((language) => ({ language, score: scoreOf(language, text, words) }))
    .toSorted((a, b) => b.score - a.score);
  const [first, second] = scores;
  if (first === undefined || second === undefined || first.score === second.score) return fallback;
  return first.language;
}

function scoreOf(language: Language, text: string, words: readonly string[]): number {
  const known = words.filter((word) => WORDS[language].has(word)).length;
  const marks = MARKS.filter(([of, mark]) => of === language && mark.test(text)).length;
  return known + marks * MARK_WEIGHT;
}

function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "");
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}
