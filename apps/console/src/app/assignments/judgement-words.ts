// How an assignment is judged, in plain sentences.
import type { Quorum, Thresholds } from '@checkstack/api';

export function thresholdWords({ healthy, degraded, unhealthy, window }: Thresholds): string {
  if (window !== undefined)
    return `Unhealthy while ${unhealthy} or more of the last ${window} runs are unhealthy, degraded while ${degraded} or more are not healthy.`;
  return `Degraded after ${runs(degraded)} that are not healthy, unhealthy after ${runs(unhealthy)} that are unhealthy, healthy again after ${runs(healthy)}.`;
}

export function quorumWords(quorum: Quorum): string {
  const where = 'in an environment';
  switch (quorum.mode) {
    case 'any':
      return `One place is enough to make it degraded or unhealthy ${where}.`;
    case 'majority':
      return `More than half of the places that can see must agree ${where}; unknown when half or more cannot see.`;
    case 'all':
      return `All places that can see must agree ${where}.`;
    case 'atLeast':
      return `${quorum.count === 1 ? 'One place' : `${quorum.count} places`} must agree ${where}; unknown when fewer can see.`;
  }
}

function runs(count: number): string {
  return count === 1 ? '1 run' : `${count} runs in a row`;
}
