// What each question's answer has to look like, for models that can be held to it. Words only: what was answered all the
// same is read with care elsewhere.
import type { AnswerSchema } from "../ai/provider.ts";

export const DECISION_SCHEMA: AnswerSchema = schemaOf("decision", {
  shouldRespond: { type: "boolean" },
  content: { type: "string" },
  confidence: { type: "number" },
  intent: { type: "string" },
  actions: listOf("string"),
});

export const ENHANCED_SCHEMA: AnswerSchema = schemaOf("enhanced_answer", {
  content: { type: "string" },
  confidence: { type: "number" },
  coherence: { type: "number" },
  relevance: { type: "number" },
  actionableItems: listOf("string"),
  followUpQuestions: listOf("string"),
});

export const SUMMARY_SCHEMA: AnswerSchema = schemaOf("summary", { summary: { type: "string" } });

/** Strict, as providers want it: every field is needed, and no other is allowed. */
function schemaOf(name: string, properties: Record<string, unknown>): AnswerSchema {
  const required = Object.keys(properties);
  return { name, schema: { type: "object", properties, required, additionalProperties: false } };
}

function listOf(type: string): Record<string, unknown> {
  return { type: "array", items: { type } };
}
