// The part of Adaptive Cards 1.3 that messages use (https://adaptivecards.io/explorer/AdaptiveCard.html). Read 2026-11-23.
import * as z from 'zod';

const textBlock = z.strictObject({
  type: z.literal('TextBlock'),
  text: z.string().min(1),
  size: z.enum(['Default', 'Small', 'Medium', 'Large', 'ExtraLarge']).optional(),
  weight: z.enum(['Default', 'Lighter', 'Bolder']).optional(),
  color: z.enum(['default', 'dark', 'light', 'accent', 'good', 'warning', 'attention']).optional(),
  wrap: z.boolean().optional(),
});
const factSet = z.strictObject({
  type: z.literal('FactSet'),
  facts: z.array(z.strictObject({ title: z.string(), value: z.string() })).min(1),
});
const openUrl = z.strictObject({ type: z.literal('Action.OpenUrl'), title: z.string().min(1), url: z.url() });

export const adaptiveCard = z.strictObject({
  $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
  type: z.literal('AdaptiveCard'),
  version: z.enum(['1.0', '1.1', '1.2', '1.3']),
  body: z.array(z.discriminatedUnion('type', [textBlock, factSet])).min(1),
  // Teams shows six at most (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference).
  actions: z.array(openUrl).max(6),
});
