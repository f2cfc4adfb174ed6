// What shops really write to their customers goes out as it is, whatever a guard may be reminded of.
import { expect, test } from "bun:test";
import { faultOf } from "../../src/turn/guards.ts";
import { replyParts } from "../../src/turn/reply-parts.ts";

const HOSTS = ["loja.com.br"];

test.each([
  // prices and figures
  "O preço é R$ 1.299,90 à vista ou 10x de R$ 129,99 sem juros.",
  "50% de desconto: de R$ 200,00 por R$ 100,00 😀",
  "Temos 1.5 kg por R$ 10,00 e 2.5 kg por R$ 15.00.",
  "It is $1,299.99, or £999.00 with the 2.0 plan.",
  "Traga seu RG e CPF 123.456.789-00.",
  "CNPJ 12.345.678/0001-90, IE 123.456.789.000",
  "O boleto é 34191.79001 01043.510047 91020.150008 5 91070026000",
  // telephones, times, places
  "Ligue para +55 11 98765-4321 ou (11) 3456-7890.",
  "O horário é das 8:30 às 17:45 (seg–sex).",
  "The bus leaves\nat 10.30:15\nfrom the square.",
  "We meet\nat No. 5:30 pm",
  "Fica na Av. Paulista, 1000 – próx. ao metrô. Até logo!",
  "Dr. Souza atende às 14h. Dra. Ana atende às 15h.",
  // orders and codes
  "Seu pedido sk-12345678 saiu hoje.",
  "Your order sk-1234567890123456 is on its way.",
  "Your order sk-2024-11-28-000123 is on its way.",
  "O pedido sk_2024_000123_loja_centro saiu.",
  "Número de série: rk-1234567890123456",
  "Nosso código de rastreio é RK-123456789BR-SAO-PAULO.",
  "Rastreie com o código AA123456785BR.",
  "Use o código PROMO-2024-NATAL na compra, ou o cupom NATAL.",
  "Veja o item sku-ABC-1234567890-XYZ.",
  "desk-1234567890123456abc is our standing desk.",
  "Seu código de verificação chega por SMS em até 2 minutos.",
  "Chave PIX: 8f14e45f-ceea-467a-9575-5a6f7c1f2b3d",
  "Use a senha que enviamos: ela vale 24 horas.",
  // addresses
  "Chave PIX: vendas@loja.com.br",
  "Escreva para contato@minha-loja.com que respondemos.",
  "Write to ana.de.souza@gmail.com please.",
  "Fale com joao.me@loja.pt, ou com maria@loja.com.",
  "Veja em https://www.loja.com.br/promo?cor=azul&tam=M.",
  "Está em loja.com.br/trocas, e também em www.loja.com.br.",
  "Siga @minhaloja no Instagram.",
  "Abra o arquivo catalogo.pdf que mandamos.",
  "Check the Node.js version 20.1.0 first.",
  // words that machines say, too
  "Sorry, there was an error with your order: we sent size M instead of L.",
  "O erro 404 que você vê no site é da loja antiga.",
  "Error: the size you chose is sold out, sorry!",
  "O seu modem mostra Erro: sem sinal? Reinicie o aparelho.",
  "A Bearer of good news: your parcel has arrived.",
  "Bearer responsibilities-and-terms are on page 2.",
  "Bring the bearer certificate-of-authenticity with you.",
  "Não temos acesso a isso; o sistema fica fora do ar às 23h.",
  "Atendemos Brasil/Portugal/Espanha, seg. a sex.",
  "O quê?? Não!! Temos sim... é só escolher.",
  "Você pode usar o cupom {NATAL} hoje.",
  "- item um\n- item dois\n- item três",
])("%s", (text) => {
  expect(faultOf(text)).toBeNull();
  expect(replyParts(text, "Channel::Whatsapp", HOSTS)).toEqual([text]);
});
