import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatMenuModule } from '@angular/material/menu';
import { Router } from '@angular/router';
import { routes, type Satellite } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';
import { Api } from '../api/api.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { Fact, Facts } from '../ui/facts.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';
import { PageHeader } from '../ui/page-header.js';
import { Sparkline } from '../ui/sparkline.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Toasts } from '../ui/toasts.js';
import { gaugeHistory } from './gauge-history.js';
import { loadedSatellite } from './loaded-satellites.js';
import { SatelliteGaps } from './satellite-gaps.js';
import { SatelliteSlices } from './satellite-slices.js';
import { SatelliteStatus } from './satellite-status.js';
import { warningsOf } from './satellite-warnings.js';
import { drainingWords, gaugesOf, odditiesOf, type Gauge } from './satellite-words.js';

/** One satellite: how it fares, what it runs, and what can be done with it. */
@Component({
  selector: 'cs-satellite-detail',
  imports: [
    Fact,
    Facts,
    Icon,
    LoadingView,
    MatButton,
    MatIconButton,
    MatMenuModule,
    Notice,
    PageHeader,
    SatelliteGaps,
    SatelliteSlices,
    SatelliteStatus,
    Sparkline,
    TimeAgo,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './satellite-detail.html',
  styleUrl: './satellite-detail.scss',
})
export class SatelliteDetail {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #router = inject(Router);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);

  // The address.
  readonly id = input.required<string>();

  protected readonly satellite = loadedSatellite(() => this.id());
  protected readonly mayManage = computed(() => this.#session.may('satellites.satellite.manage'));
  protected readonly gauges = computed(() => {
    const gauges = this.satellite.value()?.gauges;
    return gauges ? gaugesOf(gauges) : [];
  });
  readonly #history = gaugeHistory(() => this.satellite.value());
  protected readonly warnings = computed(() => {
    const satellite = this.satellite.value();
    return satellite ? warningsOf(satellite) : [];
  });

  protected readonly oddities = odditiesOf;
  protected readonly drainingWords = drainingWords;

  /** Over the time that the page is open; empty until there are two to connect. */
  protected courseOf({ of }: Gauge): number[] {
    const history = this.#history();
    return of === undefined || history.length < 2 ? [] : history.map((gauges) => Number(gauges[of]));
  }

  protected async edit(satellite: Satellite): Promise<void> {
    const { SatelliteDialog } = await import('./satellite-dialog.js');
    const opened = this.#dialog.open(SatelliteDialog, {
      data: satellite,
      width: '480px',
      maxWidth: 'calc(100vw - 24px)',
    });
    const changed = (await firstValueFrom(opened.afterClosed())) as Satellite | undefined;
    if (changed) this.satellite.set(changed);
  }

  protected async rotate(satellite: Satellite): Promise<void> {
    const { RotateDialog } = await import('./rotate-dialog.js');
    const opened = this.#dialog.open(RotateDialog, {
      data: satellite,
      width: '680px',
      maxWidth: 'calc(100vw - 24px)',
    });
    await firstValueFrom(opened.afterClosed());
    this.satellite.reload();
  }

  protected async disable(satellite: Satellite): Promise<void> {
    await this.#confirm.ask({
      title: `Disable ${satellite.name}?`,
      text: 'Its connection is closed at once, and it is refused until you enable it again. Others of its location or with its tags take its checks over; without others they are not run.',
      action: 'Disable',
      act: () => this.#update(satellite, { disabled: true }),
    });
  }

  protected async enable(satellite: Satellite): Promise<void> {
    try {
      await this.#update(satellite, { disabled: false });
      this.#toasts.done(
        `${satellite.name} may connect again. It asks every 5 to 15 minutes; restart it to have it back at once.`,
      );
    } catch (error) {
      this.#toasts.failed(error);
    }
  }

  protected async drain(satellite: Satellite): Promise<void> {
    await this.#confirm.ask({
      title: `Drain ${satellite.name}?`,
      text: 'Its checks go to other satellites without a missed run, and no new ones come to it while others can take them. It stays connected, and keeps what nobody else can run.',
      action: 'Drain',
      act: () => this.#update(satellite, { draining: true }),
    });
  }

  protected async undrain(satellite: Satellite): Promise<void> {
    try {
      await this.#update(satellite, { draining: false });
      this.#toasts.done(`${satellite.name} takes its checks back.`);
    } catch (error) {
      this.#toasts.failed(error);
    }
  }

  protected async remove({ id, name, version }: Satellite): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `Delete ${name}?`,
      text: 'Its token ends and its connection is closed at once. What it found stays in the history. This cannot be undone.',
      action: 'Delete satellite',
      act: () => this.#api.call(routes.satellites.remove, { params: { id }, version }),
    });
    if (isDone) await this.#router.navigateByUrl('/satellites');
  }

  async #update({ id, version }: Satellite, body: { disabled: boolean } | { draining: boolean }): Promise<void> {
    this.satellite.set(await this.#api.call(routes.satellites.update, { params: { id }, body, version }));
  }
}
