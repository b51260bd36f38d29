import { Module } from '@nestjs/common';
import { SocketsModule } from '../link/sockets.module.js';
import { Evaluator } from './evaluator.js';
import { PlacedSlices } from './placed-slices.js';
import { Repaint } from './repaint.js';
import { SilenceWatch } from './silence-watch.js';
import { StateNotices } from './state-notices.js';
import { Watch } from './watch.js';

/** From runs to states, and from what no run tells. */
@Module({
  imports: [SocketsModule],
  providers: [PlacedSlices, Evaluator, StateNotices, SilenceWatch, Watch, Repaint],
  exports: [PlacedSlices, Evaluator, StateNotices, SilenceWatch],
})
export class HealthModule {}
