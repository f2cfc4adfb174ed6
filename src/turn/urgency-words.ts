// Words and phrases that say how urgent a message is: English, Portuguese, Spanish, French. In lower case, without accents
// or punctuation, as they are compared; the longest phrase that fits wins. A phrase is never what a customer is shown.

/** What the words speak of. "calm" lowers; "ordinary" keeps the words in it from meaning anything else. */
export type Theme =
  | "emergency"
  | "accident"
  | "pain"
  | "urgent"
  | "lawyer"
  | "complaint"
  | "refund"
  | "open now"
  | "waiting"
  | "now"
  | "today"
  | "calm"
  | "ordinary";

/** Phrases of each theme, divided by `|`. */
export const PHRASES: readonly (readonly [Theme, string])[] = [
  [
    "emergency",
    "emergency|ambulance|bleeding|can t breathe|cannot breathe|not breathing|fainted|unconscious|heart attack|gas leak|" +
      "on fire|kill myself|life or death|emergencia|emergencias|ambulancia|socorro|no pronto socorro|samu|bombeiros|" +
      "sangrando|nao consigo respirar|nao consegue respirar|desmaiou|infarto|vazamento de gas|pegando fogo|incendio|" +
      "vida ou morte|me matar|bomberos|no puedo respirar|no puede respirar|se desmayo|fuga de gas|vida o muerte|matarme|" +
      "urgence|urgences|au secours|pompiers|saigne|n arrive pas a respirer|n arrive plus a respirer|evanoui|evanouie|" +
      "crise cardiaque|fuite de gaz|en feu|me suicider|suicide|suicidio",
  ],
  [
    "accident",
    "accident|car crash|acidente|acidentes|acidentado|acidentada|bati o carro|bateram no meu carro|atropelado|" +
      "atropelada|accidente|choque el carro|choque el coche|atropellaron|accidente|accidentee|renverse par une voiture",
  ],
  [
    "pain",
    "pain|painful|it hurts|hurts|hurting|toothache|dor|dores|doendo|doi|nao para de doer|nao aguento mais|dolor|dolores|" +
      "duele|duelen|no aguanto mas|douleur|douleurs|j ai mal|j ai tres mal|mal de dents|rage de dents|me fait mal|" +
      "souffre|souffre beaucoup",
  ],
  [
    "urgent",
    "urgent|urgently|urgency|asap|immediately|right away|as soon as possible|desperate|in a hurry|can t wait|cannot wait|" +
      "urgente|urgentes|urgentemente|urgencia|urgentissimo|imediatamente|o mais rapido possivel|quanto antes|pra ontem|" +
      "para ontem|desesperado|desesperada|com pressa|nao posso esperar|nao da pra esperar|nao da para esperar|" +
      "inmediatamente|de inmediato|lo antes posible|cuanto antes|urge|me urge|tengo prisa|no puedo esperar|" +
      "no puede esperar|urgente por favor|urgents|urgente|urgemment|immediatement|tout de suite|au plus vite|" +
      "des que possible|le plus vite possible|je suis presse|je suis pressee|ne peux pas attendre|ne peut pas attendre",
  ],
  [
    "lawyer",
    "lawyer|attorney|lawsuit|legal action|sue you|will sue|to sue|small claims|take you to court|advogado|advogada|" +
      "advogados|procon|reclame aqui|reclameaqui|consumidor gov|vou processar|processar voces|acao judicial|na justica|" +
      "pequenas causas|abogado|abogada|abogados|profeco|indecopi|sernac|demandar|demandarlos|demandarles|accion legal|" +
      "mon avocat|un avocat|notre avocat|avocate|porter plainte|porte plainte|dgccrf|tribunal|tribunaux|huissier|" +
      "poursuites|en justice",
  ],
  [
    "complaint",
    "complaint|complain|complaining|unacceptable|scam|fraud|absurd|reclamacao|reclamar|reclamacoes|queixa|inaceitavel|" +
      "absurdo|golpe|fraude|denuncia|denunciar|palhacada|queja|quejas|reclamo|reclamacion|reclamaciones|inaceptable|" +
      "estafa|hoja de reclamaciones|reclamation|plainte|me plaindre|inadmissible|arnaque|escroquerie",
  ],
  [
    "refund",
    "refund|refunded|refunds|money back|chargeback|charged twice|reembolso|reembolsar|estorno|estornar|dinheiro de volta|" +
      "cobranca indevida|cobrado duas vezes|cobraram duas vezes|devolucao do dinheiro|mi dinero|devolucion|" +
      "me devuelvan|cobro indebido|cobraron dos veces|remboursement|remboursements|rembourser|rembourse|remboursez|" +
      "preleve deux fois|debite deux fois",
  ],
  [
    "open now",
    "open now|open right now|open today|are you open|are you open now|are you open today|is it open|is it open now|you still open|still open|esta aberto|esta aberta|" +
      "ta aberto|ta aberta|estao abertos|aberto agora|aberta agora|abertos agora|esta aberto agora|ta aberto agora|" +
      "estao abertos agora|aberto hoje|abre hoje|abrem hoje|abierto ahora|abierta ahora|abiertos ahora|esta abierto|" +
      "esta abierto ahora|estan abiertos|estan abiertos ahora|abren hoy|abierto hoy|etes vous ouvert|etes vous ouverts|" +
      "vous etes ouvert|vous etes ouverts|ouvert maintenant|ouverts maintenant|c est ouvert|ouvert aujourd hui",
  ],
  [
    "waiting",
    "still waiting|been waiting|waiting for hours|no one answers|nobody answers|nobody replies|no one replies|" +
      "anyone there|anybody there|ninguem responde|ninguem me responde|ninguem atende|ninguem me atende|alguem ai|" +
      "estou esperando|to esperando|ate agora nada|nadie responde|nadie me responde|nadie contesta|nadie me contesta|" +
      "sigo esperando|estoy esperando|hay alguien|alguien ahi|personne ne repond|personne ne me repond|" +
      "j attends toujours|j attends depuis|toujours en attente|il y a quelqu un",
  ],
  [
    "now",
    "now|right now|this minute|agora|agora mesmo|pra ja|para ja|neste momento|nesse momento|ahora|ahora mismo|ahorita|" +
      "ya mismo|en este momento|maintenant|en ce moment|a l instant",
  ],
  [
    "today",
    "today|tonight|hoje|hoje ainda|ainda hoje|esta noite|hoy|hoy mismo|esta noche|aujourd hui|ce soir",
  ],
  [
    "calm",
    "no rush|no hurry|not in a hurry|take your time|whenever you can|when you can|no need to hurry|can wait|it can wait|" +
      "not now|no emergency|no pain|sem pressa|sem nenhuma pressa|nao tenho pressa|nao precisa ser agora|" +
      "nao precisa ser hoje|nao precisa correr|quando puder|quando puderem|quando der|pode esperar|podem esperar|" +
      "com calma|agora nao|hoje nao|sin prisa|sin apuro|no hay prisa|no tengo prisa|no hay apuro|no corre prisa|" +
      "no me urge|no urge|cuando pueda|cuando puedan|cuando puedas|puede esperar|con calma|ahora no|no me duele|" +
      "sans urgence|pas presse|pas pressee|pas de probleme d urgence|rien ne presse|ca ne presse pas|pas besoin de courir|" +
      "quand vous pouvez|quand vous pourrez|quand tu peux|prenez votre temps|peut attendre|pas maintenant|pas tout de suite",
  ],
  [
    "ordinary",
    "du pain|le pain|un pain|de pain|des pains|petit pain|au pain|das dores|until now|for now|up to now|by now|" +
      "now and then|ate agora|por agora|a partir de agora|de agora em diante|agora ha pouco|agora pouco|hasta ahora|" +
      "por ahora|a partir de ahora|jusqu a maintenant|a partir de maintenant|sin emergencia|no today",
  ],
];

/** Words that turn the theme behind them around. */
export const NEGATORS =
  "not no nao nem sem isn isnt wasn aren never without sin ni pas sans rien aucune aucun";

/** Words that may stand between such a word and what it turns around. */
export const LINKS =
  "t a an any is it so that really very too anything have feel in e eh ta esta ha tem tenho sinto estou com era foi nada " +
  "tao muito mais uma um nenhuma nenhum es una un tan muy nada tengo siento hay c est si d de du une tres vraiment trop " +
  "super particularly exactly exatamente";
