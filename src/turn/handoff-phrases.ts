// The words and phrases by which customers ask for a person: English, Portuguese, Spanish, French. In lower case, without
// accents or punctuation, as they are compared; alternatives are divided by `|`. A phrase is never what a customer is shown.

/** Whom somebody can mean who asks to speak to them. */
export const PERSONS =
  // English
  "human|humans|human being|person|agent|representative|rep|operator|attendant|advisor|adviser|someone|somebody|" +
  "human support|customer service|customer support|support team|employee|manager|supervisor|salesperson|" +
  // Portuguese
  "atendente|atendentes|atendete|antendente|atendimento|atendimento humano|humano|humana|ser humano|pessoa|alguem|gente|" +
  "operador|operadora|consultor|consultora|vendedor|vendedora|gerente|supervisor|supervisora|responsavel|funcionario|" +
  "funcionaria|recepcionista|suporte humano|" +
  // Spanish
  "persona|agente|asesor|asesora|representante|ejecutivo|ejecutiva|encargado|encargada|alguien|empleado|empleada|" +
  "atencion humana|operario|responsable|" +
  // French
  "personne|humain|humaine|etre humain|conseiller|conseillere|teleconseiller|operateur|operatrice|quelqu un|vendeur|" +
  "vendeuse|employe|employee|collegue|service client";

/** Those of them who can be asked for by a name alone: a word that says little else. */
export const CALLED =
  "human|human being|live agent|human agent|real person|live person|actual person|agent|representative|operator|" +
  "human support|person|manager|supervisor|" +
  "atendente|atendete|antendente|atendente humano|atendimento humano|humano|humana|ser humano|pessoa|pessoa real|" +
  "pessoa de verdade|alguem de verdade|gerente|supervisor|suporte humano|" +
  "agente|agente humano|asesor|asesora|asesor humano|operador|operadora|persona|persona real|persona de verdad|" +
  "atencion humana|humain|humaine|etre humain|vrai humain|vraie personne|personne reelle|conseiller|conseillere|" +
  "conseiller humain|operateur|operatrice";

/** Of those, such as mean nothing else when they stand quite alone. */
export const CALLED_ALONE =
  "human|human being|agent|live agent|human agent|real person|live person|actual person|representative|human support|" +
  "atendente|atendete|antendente|atendente humano|atendimento humano|humano|ser humano|pessoa real|pessoa de verdade|" +
  "suporte humano|agente|agente humano|asesor|asesor humano|persona real|persona de verdad|atencion humana|" +
  "humain|etre humain|vrai humain|vraie personne|personne reelle|conseiller|conseillere|conseiller humain";

/** Who is not wanted by those who want a person. */
export const MACHINES =
  "robo|robos|robot|robots|bot|bots|chatbot|chat bot|maquina|maquinas|machine|machines|computer|computador|ai|ia|" +
  "inteligencia artificial|una ia|automatic system";

/** What may stand before any of them. */
export const ARTICLES =
  "any|a|an|the|some|your|my|one|of|real|live|actual|another|um|uma|o|os|as|algum|alguma|outro|outra|seu|sua|de|do|da|" +
  "verdadeiro|verdadeira|un|una|el|la|algun|alguna|otro|otra|su|verdadero|verdadera|une|le|l|d|vrai|vraie|votre|autre";

/** A wish, or the question whether it may come true. */
export const WISHES =
  // English
  "want to|wanna|need to|d like to|would like to|like to|d love to|prefer to|d rather|rather|can i|could i|may i|" +
  "can we|can you let me|let me|how do i|how can i|is it possible to|possible to|is there a way to|i ll only|" +
  "trying to|asking to|asked to|i must|" +
  // Portuguese
  "quero|queria|quero poder|quero ser|gostaria de|gostaria de ser|preciso|preciso de|preciso ser|precisava|" +
  "posso|poderia|poderiam|podemos|podia|da pra|da para|daria pra|daria para|tem como|teria como|como faco pra|" +
  "como faco para|como eu faco pra|como eu faco para|como consigo|me deixa|deixa eu|deixe me|prefiro|so quero|" +
  "tem como eu|e possivel|seria possivel|consigo|to querendo|estou querendo|exijo|desejo|" +
  // Spanish
  "quiero|quisiera|queria|querria|me gustaria|necesito|necesitaria|puedo|podria|podemos|puede|se puede|" +
  "es posible|seria posible|como puedo|como hago para|dejame|dejeme|prefiero|exijo|deseo|" +
  // French
  "veux|voudrais|voudrai|j aimerais|aimerais|souhaite|souhaiterais|besoin de|peux|puis je|pourrais|pourrais je|" +
  "peut on|est ce que je peux|est il possible de|possible de|laissez moi|laisse moi|prefere|prefererais|faut que je|" +
  "comment|comment faire pour|demande a|exige de";

/** To speak to; what follows is whom. */
export const TALKS =
  // English
  "speak to|speak with|talk to|talk with|chat to|chat with|be connected to|be connected with|be transferred to|" +
  "be put through to|get in touch with|get through to|reach|contact|" +
  // Portuguese
  "falar com|falar c|falar direto com|falar urgente com|falar diretamente com|fala com|conversar com|tratar com|ser atendido por|" +
  "ser atendida por|atendido por|atendida por|ser transferido para|ser transferida para|ser transferido pra|" +
  "contato com|entrar em contato com|atendimento com|" +
  // Spanish
  "hablar con|hablar directamente con|hablar urgente con|hablar a|conversar con|comunicarme con|contactar con|contactar a|" +
  "ser atendido por|ser atendida por|que me atienda|que me atendiera|que me contacte|contacto con|" +
  // French
  "parler a|parler avec|parler au|parler directement a|discuter avec|echanger avec|etre mis en relation avec|" +
  "etre mise en relation avec|etre mis en contact avec|etre mise en contact avec|etre transfere a|joindre|contacter|" +
  "avoir au telephone|avoir|etre rappele par|etre rappelee par|etre contacte par|etre contactee par|entrer en contact avec";

/** What may stand between a wish and its verb; with one of REFUSALS it is none. */
export const FILLERS =
  "muito|mais|mesmo|so|logo|ja|eu|just|please|really|urgently|por favor|agora|ahora|hoje|solo|ya";
/** In the middle of a wish they turn it around. */
export const REFUSALS = "pas|plus|jamais|not|nunca|never";

/** To be passed on to; what follows is to whom. */
export const PASSES =
  // English
  "transfer me to|connect me to|connect me with|pass me to|pass me on to|put me through to|put me on to|put me on with|" +
  "put me in touch with|put me in contact with|redirect me to|forward me to|switch me to|direct me to|hand me over to|" +
  "hand me to|get me through to|transfer this to|escalate to|escalate this to|call me|get me|" +
  // Portuguese
  "me passa para|me passa pra|me passa pro|me passa com|me passa o|me passa a|me passe para|me passe pra|me passar para|" +
  "me passar pra|me passar pro|me transfere para|me transfere pra|me transfere pro|me transfira para|me transfira pra|" +
  "me transferir para|me transferir pra|me transferir pro|me encaminha para|me encaminha pra|me encaminhe para|" +
  "me encaminhar para|me encaminhar pra|me direciona para|me direciona pra|me direcione para|me direcionar para|" +
  "me conecta com|me conecte com|me conectar com|me coloca com|me coloca para falar com|me coloca em contato com|" +
  "me coloque em contato com|me manda para|me manda pra|me bota pra falar com|passe me para|transfira me para|" +
  "encaminhe me para|transfere para|transfere pra|transfira para|transferir para|transferir pra|passa para|passa pra|" +
  "passar para|encaminha para|encaminhar para|chama|chame|chamar|chamem|me chama|me chame|" +
  // Spanish
  "pasame con|paseme con|pasenme con|pasame a|paseme a|comunicame con|comuniqueme con|comuniquenme con|conectame con|" +
  "conecteme con|conectenme con|transfiereme a|transfiereme con|transfierame a|transfierame con|derivame a|deriveme a|" +
  "derivame con|deriveme con|ponme con|pongame con|ponme en contacto con|pongame en contacto con|me pasas con|" +
  "me pasa con|me pase con|me pasan con|me pasas a|me pasa a|pasarme con|pasarme a|me puede pasar con|me puede comunicar con|me pueden comunicar con|me puede conectar con|" +
  "me comunicas con|me comunica con|comunicarme con|conectarme con|transferirme a|transferirme con|me conectas con|" +
  "me conecta con|me transfiere con|me transfiere a|me pones con|me pone con|llama a|llame a|llamen a|" +
  // French
  "passez moi|passe moi|passez moi avec|passer moi|mettez moi en contact avec|mettez moi en relation avec|" +
  "mets moi en contact avec|mets moi en relation avec|transferez moi a|transferez moi vers|transfere moi a|" +
  "me passer|me transferer a|me transferer vers|me mettre en contact avec|me mettre en relation avec|me mettre avec|" +
  "me connecter a|me connecter avec|connectez moi a|connectez moi avec|redirigez moi vers|me rediriger vers|" +
  "appelez moi|orientez moi vers";

/** A wish for somebody, without a verb; what follows is who, and then nothing more. */
export const ASKS =
  "want|need|i d like|would like|prefer|give me|gimme|is there|is there any|can i have|can i get|could i get|get me|" +
  "send me to|i m asking for|asking for|" +
  "quero|queria|preciso de|preciso|precisava de|gostaria de|me da|me de|cade|tem|tem algum|tem alguma|" +
  "prefiro|exijo|so quero|por favor|quero atendimento com|" +
  "quiero|quisiera|necesito|deme|dame|hay|hay algun|hay alguna|me gustaria|tienen|" +
  "je veux|veux|voudrais|j aimerais|souhaite|besoin d|y a t il|donnez moi|donne moi|prefere|demande|exige";

/** What may come after a wish that ends there. */
export const ENDINGS =
  "please|pls|plz|now|right now|asap|here|thanks|thank you|instead|i can talk to|i can speak to|to talk to|to speak to|" +
  "to help me|por favor|pfv|pf|pff|agora|ja|aqui|logo|urgente|obrigado|obrigada|de verdade|real|humano|humana|mesmo|" +
  "para falar|pra falar|para me atender|pra me atender|para me ajudar|pra me ajudar|disponivel|online|ahora|ya|aca|" +
  "gracias|de verdad|para hablar|que me atienda|que me ayude|disponible|s il vous plait|s il te plait|svp|stp|" +
  "maintenant|merci|ici|tout de suite|vite|humain|humaine|a qui parler|pour m aider|real quick|live|e nao um robo|" +
  "not a bot|not a robot|no un robot|y no un robot|pas un robot|et pas un robot|e nao robo|de carne e osso";

/** Whole sayings that need no more. */
export const SAYINGS =
  "someone i can talk to|someone i can speak to|somebody i can talk to|a person i can talk to|a human i can talk to|" +
  "anyone i can talk to|anybody i can talk to|alguem pra falar comigo|alguem para falar comigo|alguem pra conversar|" +
  "alguem pra me atender|alguem para me atender|alguem ai pra me atender|alguem ai para me atender|" +
  "alguem pode me atender|can a human help me|can a real person help me|alguem de verdade|alguien con quien hablar|alguien que me atienda|" +
  "alguien de verdad|quelqu un a qui parler|quelqu un de reel|chega de robo|chega de bot|basta de robots|basta de bots|" +
  "enough of this bot|stop the bot|assez de robot|no more bots|atendimento com humano|atendimento com uma pessoa|" +
  "nao consigo falar com ninguem|nao consigo falar com alguem|nao consigo falar com um atendente|" +
  "nao consigo falar com atendente|nao consigo falar com uma pessoa|no consigo hablar con nadie|" +
  "no puedo hablar con nadie|can t i speak to a human|can t i talk to a human|can t i speak to a person|" +
  "can t i talk to a person|can t i talk to someone|can t i speak to someone|nao posso falar com um atendente|" +
  "nao posso falar com uma pessoa|nao da pra falar com um atendente|nao da para falar com um atendente|" +
  "nao tem como falar com um atendente|nao tem ninguem pra me atender|nao tem ninguem para me atender";

/** A customer who greets so asks for nothing yet. */
export const GREETINGS =
  "oi|ola|opa|bom dia|boa tarde|boa noite|hi|hello|hey|good morning|good afternoon|good evening|hola|buenas|" +
  "buenos dias|buenas tardes|buenas noches|bonjour|bonsoir|salut|please|por favor|s il vous plait|svp|obrigado|" +
  "obrigada|thanks|thank you|gracias|merci|pfv|pls";

/** Right before a wish they turn it around. */
export const DENIALS =
  "nao|num|n|nunca|jamais|nem|sem|not|never|t|dont|cannot|no|sin|tampoco|ne|sans|pas|ni|nobody|ninguem";
/** What may stand between them. */
export const DENIAL_LINKS =
  "me|te|se|lo|le|mais|mas|really|even|think i|believe i|feel i|necessarily|mesmo|vraiment|precisa|precisam|preciso|" +
  "e preciso|e necessario|necesita|necesitas|hace falta|need to|want you to|quero que|quiero que|besoin de";
/** Right before a wish they make it somebody else's, or one for another time. */
export const OTHERS = "if i|if we|se eu|si je|do i|did you|do you|you|voce|voces|usted|ustedes|vous";
