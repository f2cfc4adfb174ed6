// What customers write who want a person, in four languages, and what others write who do not; then what holds for any text.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { asksForPerson } from "../../src/turn/handoff-words.ts";
import { quickestMs } from "../harness/quickest.ts";

const ASKING = [
  // Portuguese
  "quero falar com um atendente",
  "Quero falar com uma pessoa",
  "QUERO FALAR COM ALGUÉM",
  "oi, queria falar com um humano por favor",
  "me passa para um humano",
  "me passa pra um atendente pfv",
  "Você pode me transferir para um atendente?",
  "posso falar com uma pessoa de verdade?",
  "tem como falar com alguém aí?",
  "dá pra falar com um atendente?",
  "gostaria de ser atendido por uma pessoa",
  "preciso falar com o gerente",
  "falar com atendente",
  "atendente",
  "atendente por favor",
  "Oi! Atendente humano, por favor.",
  "quero atendimento humano",
  "preciso de um atendente",
  "chama um atendente aí",
  "não quero falar com robô",
  "Não quero mais falar com uma máquina!",
  "não entendi nada quero falar com um humano",
  "não, eu quero falar com um atendente",
  "Não consigo falar com ninguém",
  "quero falar com um atendente sobre a minha fatura",
  "me coloca em contato com uma pessoa",
  "cadê o atendente?",
  "tem alguém aí pra me atender?",
  "preciso falar urgente com alguém",
  "com um atendente por favor",
  "quero  falar \n com um ATENDENTE!!!",
  // English
  "speak to a human",
  "I want to talk to a real person",
  "real person please",
  "Can I speak with someone?",
  "could i talk to an agent please",
  "I'd like to speak to a representative",
  "please connect me with a human agent",
  "transfer me to an operator",
  "put me through to your manager",
  "let me talk to a person",
  "I need a human",
  "human",
  "Human, please!",
  "How do I talk to a person?",
  "I don't want to talk to a bot",
  "no i want to speak to a human",
  "is there someone I can talk to?",
  "Can't I speak to a human?",
  "give me a real person now",
  "Agent please",
  "can a human help me?",
  // Spanish
  "hablar con una persona",
  "Quiero hablar con una persona",
  "quisiera hablar con un asesor",
  "¿Puedo hablar con un agente?",
  "me gustaría hablar con alguien",
  "necesito hablar con un humano",
  "pásame con un agente",
  "¿me puede comunicar con un asesor?",
  "comuníqueme con una persona real",
  "quiero un asesor",
  "asesor por favor",
  "no quiero hablar con un robot",
  "no, quiero hablar con una persona",
  "persona real",
  // French
  "parler à un conseiller",
  "Je veux parler à un humain",
  "je voudrais parler à quelqu'un",
  "Puis-je parler à un conseiller ?",
  "j'aimerais parler avec une vraie personne",
  "passez-moi un conseiller s'il vous plaît",
  "pouvez-vous me mettre en relation avec un conseiller ?",
  "un conseiller svp",
  "je ne veux pas parler à un robot",
  "est-ce que je peux parler à une personne ?",
  "j'ai besoin de parler à quelqu'un",
  "puis-je avoir un conseiller ?",
  "j'aimerais être rappelé par un conseiller",
];

const NOT_ASKING = [
  // Portuguese
  "oi",
  "",
  "quanto custa?",
  "não quero falar com atendente",
  "Não quero falar com ninguém",
  "não precisa me passar para um atendente",
  "não preciso falar com uma pessoa, só quero o preço",
  "não precisa chamar atendente",
  "a pessoa que me atendeu foi ótima",
  "o atendente foi muito educado",
  "falei com um atendente ontem e ele me ajudou",
  "consegui falar com o atendente, obrigado",
  "gostei de falar com a atendente",
  "falar com atendente não resolve nada",
  "preciso de um atendente para a minha loja, vocês alugam?",
  "quero uma mesa para uma pessoa",
  "quarto para uma pessoa, por favor",
  "são duas pessoas",
  "você é um robô ou uma pessoa?",
  "quero falar com meu marido antes",
  "pessoa física ou jurídica?",
  "oi atendente, tudo bem?",
  "posso pagar com cartão?",
  "quero falar com robô",
  "quero falar de outra pessoa",
  "quero trabalhar como atendente",
  "tem vaga de atendente?",
  "qual a operadora?",
  "quero contratar um consultor",
  "curso de direitos humanos",
  "Voces querem falar com um atendente?",
  // English
  "hello",
  "are you a human?",
  "Is this a bot or a person?",
  "I don't want to speak to a human",
  "no need to talk to a person, thanks",
  "I do not need to speak with an agent",
  "I never want to talk to an agent again",
  "I don't think I need to talk to a person",
  "the person I spoke to yesterday was great",
  "I talked to an agent last week",
  "it was nice to talk to a person",
  "the agent was very helpful",
  "I need an agent for real estate in Lisbon",
  "a table for one person",
  "the price per person please",
  "human resources department address",
  "can I talk to you later?",
  "I work as a real estate agent",
  "someone told me you are open",
  "if i want to speak to a human, how long does it take?",
  "do you want to talk to a person?",
  // Spanish
  "hola",
  "no quiero hablar con una persona",
  "no necesito hablar con un agente",
  "la persona que me atendió fue muy amable",
  "hablé con un asesor ayer",
  "habitación para una persona",
  "el agente me ayudó mucho",
  "¿cuánto cuesta por persona?",
  "sin hablar con un agente, por favor",
  // French
  "bonjour",
  "je ne veux pas parler à un conseiller",
  "pas besoin de parler à un conseiller",
  "le conseiller était très gentil",
  "j'ai parlé à un conseiller hier",
  "une table pour une personne",
  "je ne veux parler à personne",
  "combien par personne ?",
  "personne ne répond",
  "je suis agent",
];

test.each(ASKING)("%p asks for a person", (text) => {
  expect(asksForPerson([text], [])).toBe(true);
});

test.each(NOT_ASKING)("%p does not", (text) => {
  expect(asksForPerson([text], [])).toBe(false);
});

describe("a turn asks for a person", () => {
  test("in any of its texts, and across several", () => {
    expect(asksForPerson(["oi", "quero falar com um atendente", "obrigado"], [])).toBe(true);
    expect(asksForPerson(["quero falar", "com um atendente"], [])).toBe(true);
    expect(asksForPerson(["não", "quero falar com um atendente"], [])).toBe(true);
  });

  test("without accents, in capitals, with letters put together in another way", () => {
    for (const text of ["posso falar com alguém", "pásame con un agente", "je veux parler à un humain"]) {
      const variants = [
        text.normalize("NFD"),
        text.toUpperCase(),
        text.normalize("NFD").replaceAll(/\p{M}/gu, ""),
      ];
      for (const variant of variants) expect(asksForPerson([variant], [])).toBe(true);
    }
  });
});

describe("an inbox's own words", () => {
  test("ask for a person as whole words, however they are written", () => {
    expect(asksForPerson(["Chama o ZÉ!"], ["chama o Zé"])).toBe(true);
    expect(asksForPerson(["oi, chama   o zé por favor"], ["chama o Zé"])).toBe(true);
    expect(asksForPerson(["chama o zezinho"], ["chama o Zé"])).toBe(false);
    expect(asksForPerson(["0800"], ["800"])).toBe(false);
  });

  test("that are none ask for nothing", () => {
    expect(asksForPerson(["oi"], ["", " ", "!!"])).toBe(false);
  });
});

test("100 KB of any text are judged in time", () => {
  const kinds = ["quero falar com ", "a ", "não ", "falar com um um um um ", "\u0301", "please ", "x"];
  for (const kind of kinds) {
    const text = kind.repeat(Math.ceil(100_000 / kind.length));
    expect(quickestMs(() => asksForPerson([text], ["x y z"]))).toBeLessThan(50);
    const texts = Array.from({ length: 25 }, () => text.slice(0, 4_000));
    expect(quickestMs(() => asksForPerson(texts, ["x y z"]))).toBeLessThan(50);
  }
});

test("any texts are judged", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 5 }), (texts) => {
      expect(asksForPerson(texts, [])).toBeBoolean();
    }),
  );
});
