// The playground's words in English, the language that the page itself is written in.
import { secondsOf, type Texts } from "./playground-texts.ts";

const counted = (count: unknown): string => (count === 1 ? "1 message" : `${String(count)} messages`);

export const EN: Texts = {
  language: "en",
  page: {},
  live: { restarting: "restarting…", lost: "not connected", on: "live" },
  lost: (seconds) => `Connection lost. Trying again in ${seconds} s.`,
  problems: { failed: "It did not work", silent: "The daemon did not answer." },
  webhook: (answers, tookMs) => `Webhook: ${answers} · ${tookMs} ms`,
  andThen: ", then ",
  lines: {
    three: ["hi!", "is the blue one in stock?", "size 38"],
    twice: "did you get this?",
    human: "Hello Maria, I am taking over from here.",
  },
  by: {
    offline: "lull · offline responder",
    human: "A person of the team",
    note: "Note for the team · the customer does not see it",
  },
  facts: { none: "none yet", offline: "offline script" },
  samples: {
    "voice-note.ogg": "Voice note: “Hi! Do you have the blue one in size 38?”",
    "picture.jpg": "Picture: a blue shoe, size 38",
    "order.pdf": "PDF, order.pdf: order 1042, two blue shoes in size 38, delivery on Friday",
  },
  pauses: {
    human: "A person of the team answered here",
    handoff: "lull handed the customer to the team",
    operator: "An operator paused lull here",
    command: "A colleague told lull to pause here",
    loop: "It looked like two bots talking to each other",
  },
  pausedUntil: (who = "lull is paused here", until) =>
    `${who}; lull is quiet ${until === null ? "until the conversation is resolved" : `until ${until}`}.`,
  silences: {
    model_silent: "The model found nothing to answer.",
    human_active: "A person of the team is answering.",
    human_assigned: "The conversation is assigned to a person.",
    status: "The conversation's status is not one the bot answers in.",
    paused: "The bot is paused in this conversation.",
    mode_off: "The bot is off in this inbox.",
    outside_hours: "Outside business hours.",
    blocklist: "This number is on the blocklist.",
    group: "Group message, ignored.",
    window_closed: "The 24-hour window is closed.",
    low_confidence: "The answer was not good enough to send.",
    spend_ceiling: "The spending limit is reached.",
    rate_limited: "Too many answers in a short time.",
    no_credential: "There is no AI key to use.",
    loop: "It looked like two bots talking to each other.",
    superseded: "A new message arrived; it is answered together with that one.",
    deleted: "The customer deleted the messages.",
    empty: "There was nothing to read.",
    flag_off: "The feature is switched off.",
    handed_off: "The customer is with a person now.",
  },
  silence: (known = "For a reason this page does not know.", reason) => `${known} (${reason})`,
  noReason: "No reason was given.",
  count: (count) =>
    count === 1 ? "1 message will be answered" : `${count} messages will be answered together`,
  phases: {
    off: ["Processing is off", "Messages are kept; nothing is answered."],
    empty: ["Nothing is waiting", "The first message starts the countdown."],
    quiet: ["Nothing is waiting", "No answer is due; the steps below say why."],
    resolved: ["Resolved", "The next message goes back to the bot."],
    resumed: ["Nothing is waiting", "The bot may answer the next message."],
    dropped: ["Nothing is waiting", "The answer was dropped for a newer message."],
    restarting: ["Restarting…", "Nothing is lost: the deadline is on disk."],
    human: ["A person answered", "The bot stays quiet meanwhile."],
    handedOff: ["Handed to a person", "The conversation is open for the team."],
    outbox: ["Sending the answer", "It waits in the outbox."],
    held: (count) => ["Somebody is typing", `The deadline is held. ${count}.`],
    overtaken: (count) => ["A new message arrived; starting again", `${count}.`],
    waiting: (count) => ["Waiting for silence", `${count}.`],
    retrying: (attempts, error) => [
      "It did not work; trying again",
      `Attempt ${attempts} ended with ${error}.`,
    ],
    answering: (count) => ["Writing the answer", `${counted(count)} as one question.`],
    sending: (state) => ["Sending the answer", `The delivery is ${state}.`],
    answered: (count) => ["Answered once", `${counted(count)}, 1 answer.`],
    failed: (code, attempts) => [
      "It failed",
      `Code ${code} after ${attempts === 1 ? "1 attempt" : `${attempts} attempts`}.`,
    ],
  },
  silentTitle: "Stayed silent",
  restart: {
    start: (at) => `Restarted (new start at ${at}):`,
    missing: "some messages are missing.",
    nothing: "nothing was lost.",
    wentOn: "nothing was lost, the waiting messages went on.",
    kept: "nothing was lost, deadline kept.",
    newer: "nothing was lost, a newer message moved the deadline.",
    moved: "nothing was lost, but the deadline moved.",
  },
  steps: {
    "message.received": ({ messageId, isDeleted }) =>
      `Message ${messageId} received${isDeleted ? ", deleted since" : ""}`,
    "buffer.closed": ({ messageCount, waitedMs }) =>
      `Silence reached after ${secondsOf(waitedMs)}: ${counted(messageCount)}, one question`,
    "buffer.cancelled": ({ reason }) => `The waiting messages were dropped: ${reason}`,
    "turn.claimed": ({ attempt }) =>
      attempt === 1 ? "Reading it as one turn" : `Trying again, attempt ${attempt}`,
    "turn.answered": ({ parts }) =>
      parts === 1 ? "The answer is ready" : `The answer is ready, in ${parts} messages`,
    "turn.silenced": ({ reason }) => `No reply: ${reason}`,
    "turn.superseded": ({ discarded }) =>
      discarded
        ? "A new message arrived: the answer is thrown away, all are read again"
        : "Joined to the next turn",
    "turn.retry": ({ code }) => `It failed (${code}); trying again`,
    "turn.failed": ({ reason }) => `The turn failed: ${reason}`,
    "turn.handed_off": ({ reason }) => `Handed to the team (${reason})`,
    "conversation.paused": ({ by }) => `lull is quiet here from now on (${by})`,
    "conversation.resumed": () => "lull may answer here again",
    "notification.added": () => "A program asked for a message to the customer",
    "delivery.intent": ({ reason }) => `Not sent yet: ${reason}`,
    "delivery.unknown": ({ reason }) => `Sent or not? Looking it up (${reason})`,
    "delivery.sent": ({ messageId }) => `Posted once to Chatwoot, as message ${messageId}`,
    "delivery.failed": ({ reason }) => `The reply could not be delivered: ${reason}`,
    "delivery.cancelled": ({ reason }) => `The reply was not sent: ${reason}`,
    "work.transcribe": () => "A voice note was heard",
    "work.knowledge": () => "Files were searched",
    "work.summarise": () => "What was said before was summed up",
    "work.enhance": () => "The answer was looked over once more",
  },
};
