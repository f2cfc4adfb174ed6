// What customers write, in four languages, and how urgent it is; then what holds for any text at all.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { quickestMs } from "../harness/quickest.ts";
import { urgencyOf } from "../../src/turn/urgency.ts";

/** 8 and more close a buffer early by default; 5 and less are everyday talk. */
const SENTENCES: [text: string, least: number, most: number][] = [
  // nothing hurries
  ["oi", 1, 1],
  ["bom dia, quanto custa o azul?", 1, 1],
  ["Hi, what colours do you have?", 1, 1],
  ["Buenas tardes, ¿tienen talla M?", 1, 1],
  ["Bonjour, vous livrez à Lyon ?", 1, 1],
  ["Je voudrais du pain et un croissant", 1, 1],
  ["Sou a Maria das Dores, tudo bem?", 1, 1],
  ["until now I always paid by card", 1, 1],
  ["até agora gostei muito", 1, 1],
  ["Une salade avocat crevettes, s'il vous plaît", 1, 1],
  ["Here is Sue from the office", 1, 1],
  ["", 1, 1],
  // a little
  ["vocês entregam hoje?", 2, 3],
  ["can you deliver today?", 2, 3],
  ["¿Puedo pasar hoy?", 2, 3],
  ["je peux passer ce soir ?", 2, 3],
  ["cadê meu pedido???", 2, 3],
  ["are you open now?", 4, 5],
  ["vocês estão abertos agora?", 4, 5],
  ["¿Están abiertos ahora?", 4, 5],
  ["vous êtes ouverts maintenant ?", 4, 6],
  ["quero fazer uma reclamação", 4, 5],
  ["I want to make a complaint", 4, 5],
  ["tengo una queja", 4, 5],
  ["je veux faire une réclamation", 4, 5],
  ["quero meu dinheiro de volta", 4, 5],
  ["I'd like a refund please", 4, 5],
  ["quiero una devolución", 4, 5],
  ["je demande un remboursement", 4, 5],
  ["faz dois dias que ninguém me responde", 3, 4],
  ["nadie contesta el teléfono", 3, 4],
  ["PRECISO DE AJUDA COM MEU PEDIDO", 2, 2],
  // much
  ["estou com dor de dente", 6, 7],
  ["my tooth hurts a lot", 6, 7],
  ["me duele mucho la muela", 6, 7],
  ["j'ai mal à une dent", 6, 7],
  ["vou no Procon", 6, 7],
  ["my lawyer will write to you", 6, 7],
  ["voy a hablar con mi abogado", 6, 7],
  ["je vais porter plainte", 6, 7],
  ["é urgente", 7, 7],
  ["this is urgent", 7, 7],
  ["es urgente", 7, 7],
  ["c'est urgent", 7, 7],
  ["tive um acidente", 7, 7],
  ["tuve un accidente", 7, 7],
  // at once
  ["URGENTE!!! preciso agora", 9, 10],
  ["urgent, I need it today!!", 9, 9],
  ["necesito una respuesta urgente, ahora mismo", 9, 9],
  ["c'est urgent, j'en ai besoin maintenant", 9, 9],
  ["é uma emergência", 9, 9],
  ["it's an emergency", 9, 9],
  ["es una emergencia", 9, 9],
  ["c'est une urgence", 9, 9],
  ["meu pai desmaiou, chamem uma ambulância", 9, 9],
  ["bati o carro e estou com muita dor", 10, 10],
  ["não aguento mais de dor, tem horário hoje? é urgente", 10, 10],
  ["I can't breathe", 9, 9],
  ["quero o estorno hoje, senão vou ao Procon", 10, 10],
  ["refund me now or I will sue you", 10, 10],
  ["quiero mi reembolso ya mismo o voy a Profeco", 10, 10],
  ["remboursez-moi tout de suite ou je porte plainte", 10, 10],
  ["fuite de gaz dans la cuisine", 9, 9],
  // turned around
  ["não é urgente", 1, 1],
  ["não é nada urgente, só queria saber o preço", 1, 1],
  ["sem pressa", 1, 1],
  ["quando puder, me diga o preço de hoje", 1, 1],
  ["no rush, answer today or tomorrow", 1, 1],
  ["it's not an emergency", 1, 1],
  ["this isn't urgent at all", 1, 1],
  ["no es urgente", 1, 1],
  ["no hay prisa, mañana está bien", 1, 1],
  ["ce n'est pas urgent", 1, 1],
  ["rien d'urgent, prenez votre temps", 1, 1],
  ["não tenho dor, é só uma limpeza", 1, 1],
  ["agora não, obrigado", 1, 1],
  // a "not" that turns nothing around
  ["vocês não respondem, é urgente!!", 8, 8],
  ["não consigo respirar", 9, 9],
  ["no tengo dinero, es una emergencia", 9, 9],
  ["estou no pronto socorro", 9, 9],
  ["a dor não passa", 6, 6],
];

describe("a sentence", () => {
  test.each(SENTENCES)("%j is %i to %i", (text, least, most) => {
    const { score } = urgencyOf([text]);
    expect(score).toBeGreaterThanOrEqual(least);
    expect(score).toBeLessThanOrEqual(most);
  });

  test("says by which signs, the weightiest first", () => {
    expect(urgencyOf(["urgente!!", "quero reembolso hoje"]).signals).toEqual([
      "urgent",
      "refund",
      "exclamations",
      "today",
    ]);
    expect(urgencyOf(["é urgente", "sem pressa"]).signals).toEqual(["urgent", "calm"]);
  });

  test("counts together with the others of its turn, each sign once, and many of them count", () => {
    expect(urgencyOf(["agora", "agora", "agora"]).score).toBe(3);
    expect(urgencyOf(["oi", "preciso de ajuda", "é urgente", "com o pedido", "agora"])).toEqual({
      score: 10,
      signals: ["urgent", "now", "many messages"],
    });
  });

  test("is found however it is accented, spaced or spelled in capitals", () => {
    for (const text of ["EMERGENCIA", "Emergência", "emerge\u0302ncia", "  emergência.  "])
      expect(urgencyOf([text]).signals).toContain("emergency");
  });
});

describe("for any text", () => {
  const RAISING = [
    "emergency",
    "acidente",
    "duele",
    "urgent",
    "procon",
    "queja",
    "remboursement",
    "hoje",
    "??",
    "!!",
  ];
  const anyTexts = fc.array(
    fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...SENTENCES.map(([text]) => text))),
    { maxLength: 12 },
  );

  test("the score is a whole number from 1 to 10 and no sign is named twice", () => {
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const { score, signals } = urgencyOf(texts);
        expect(Number.isInteger(score) && score >= 1 && score <= 10).toBe(true);
        expect(new Set(signals).size).toBe(signals.length);
      }),
    );
  });

  test("one more raising sign never lowers it, one more calm word never raises it", () => {
    fc.assert(
      fc.property(anyTexts, fc.constantFrom(...RAISING), (texts, sign) => {
        const before = urgencyOf(texts).score;
        expect(urgencyOf([...texts, sign]).score).toBeGreaterThanOrEqual(before);
        expect(urgencyOf([...texts.slice(0, 3), "sem pressa"]).score).toBeLessThanOrEqual(
          urgencyOf(texts.slice(0, 3)).score,
        );
      }),
    );
  });

  test("100 KB made to be slow are read within 50 ms", () => {
    const HOSTILE = [
      "não ",
      "nao e nada ",
      "!? ",
      "\u0301",
      "A\u030a",
      "j ai ",
      "ÁÁÁÁ ",
      ",",
      "😀",
      "can t ",
      "\n",
    ];
    for (const piece of HOSTILE) {
      const hostile = piece.repeat(Math.ceil(100_000 / piece.length));
      const inPieces = Array.from({ length: 25 }, (_, at) => hostile.slice(at * 4_000, (at + 1) * 4_000));
      for (const texts of [[hostile], inPieces]) {
        expect(quickestMs(() => urgencyOf(texts))).toBeLessThan(50);
      }
    }
  });
});
