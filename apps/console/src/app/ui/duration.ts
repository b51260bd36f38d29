import { Pipe, type PipeTransform } from '@angular/core';
import { durationWords } from './time.js';

/** `{{ run.durationMs | duration }}` */
@Pipe({ name: 'duration' })
export class Duration implements PipeTransform {
  transform(ms: number): string {
    return durationWords(ms);
  }
}
