// How deliveries are told of.
import type { DeliveryAttempt, DeliveryState } from '@checkstack/api';
import type { Tone } from '../ui/notice.js';

export const stateWords: Record<DeliveryState, string> = {
  waiting: 'Waiting',
  sending: 'Being sent',
  sent: 'Sent',
  dead: 'Not delivered',
  cancelled: 'Cancelled',
  superseded: 'Overtaken',
};

export const stateTones: Record<DeliveryState, Tone | 'none'> = {
  waiting: 'degraded',
  sending: 'info',
  sent: 'healthy',
  dead: 'unhealthy',
  cancelled: 'none',
  superseded: 'none',
};

export const outcomeWords: Record<NonNullable<DeliveryAttempt['outcome']>, string> = {
  sent: 'Sent',
  temporary: 'Failed, tried again',
  permanent: 'Refused for good',
  lost: 'Lost',
};
