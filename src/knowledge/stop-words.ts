// Words of Portuguese, English, French and Spanish that stand in every text and so find nothing. Without accents, as they
// are compared.

const PORTUGUESE =
  "a o as os um uma uns umas de do da dos das em no na nos nas num numa por pelo pela pelos pelas para pra pro com sem " +
  "e ou mas se que quem qual quais quando como onde porque eu tu ele ela nos eles elas voce voces me te lhe meu minha " +
  "seu sua seus suas este esta esse essa isso isto aquele aquela ao aos ja nao sim ha foi ser sao esta estao estou tem " +
  "tenho ter muito mais menos tambem so ate bom boa dia tarde noite oi ola obrigado obrigada favor";

const ENGLISH =
  "a an the of in on at by for from to with without and or but if that which who what when how where why i you he she it " +
  "we they me him her us them my your his its our their this these those is are was were be been am do does did have " +
  "has had can could will would should not no yes there here so than too very please hi hello thanks thank";

const FRENCH =
  "le la les un une des de du d l en dans au aux par pour avec sans et ou mais si que qui quoi quel quelle quels quelles " +
  "quand comment pourquoi je j tu il elle on nous vous ils elles me m te t se s mon ma mes ton ta tes son sa ses notre " +
  "nos votre vos leur leurs ce cet cette ces c n ne pas non oui est sont suis etre ai avez avoir y qu plus tres bonjour " +
  "bonsoir salut merci svp";

const SPANISH =
  "el la los las un una unos unas de del en al por para con sin y e o u pero si que quien cual cuales cuando como donde " +
  "porque yo tu el ella nosotros ellos ellas usted ustedes me te le les mi su sus este esta ese esa eso esto no hay fue " +
  "ser son es esta estan estoy tiene tengo muy mas menos tambien buenos buenas dias tardes noches hola gracias favor";

/** In lower case and without accents. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  [PORTUGUESE, ENGLISH, FRENCH, SPANISH].flatMap((words) => words.split(" ")),
);
