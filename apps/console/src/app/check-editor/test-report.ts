import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatTooltip } from '@angular/material/tooltip';
import type { ProbeDescriptor, TestRun } from '@checkstack/api';
import { sideWords } from '../results/run-words.js';
import { factRows } from '../runs/fact-words.js';
import { Duration } from '../ui/duration.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';
import { StateBadge } from '../ui/state-badge.js';
import { hasEnded } from './follow-test-run.js';

export interface ClickedFact {
  collector: string;
  fact: string;
  value: number | string | boolean;
}

/** A test run as it goes on: log, facts, assertions, and why it failed. */
@Component({
  selector: 'cs-test-report',
  imports: [Duration, Icon, MatIconButton, MatTooltip, Notice, StateBadge],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './test-report.html',
  styleUrl: './test-report.scss',
})
export class TestReport {
  readonly run = input.required<TestRun>();
  readonly probe = input.required<ProbeDescriptor>();
  readonly clicked = output<ClickedFact>();

  protected readonly sides = sideWords;
  protected readonly hasEnded = computed(() => hasEnded(this.run()));
  protected readonly status = computed(() => {
    switch (this.run().status) {
      case 'waiting':
        return 'Waiting for the satellite…';
      case 'running':
        return 'Running…';
      case 'finished':
        return 'Finished';
      case 'cancelled':
        return 'Stopped';
      case 'failed':
        return 'Could not run';
    }
  });
  protected readonly facts = computed(() => {
    const facts = this.run().report?.facts ?? {};
    return factRows(facts, this.probe()).map((row) => {
      const [collector = '', ...rest] = row.key.split('.');
      return { ...row, clicked: { collector, fact: rest.join('.'), value: facts[row.key]! } };
    });
  });
}
