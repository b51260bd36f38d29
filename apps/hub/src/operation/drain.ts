import { Injectable } from '@nestjs/common';

/** True from the moment this hub was told to stop: it finishes what it has, and takes on nothing new. */
@Injectable()
export class Drain {
  isDraining = false;
}
