import type { Routes } from '@angular/router';
import { signedIn } from './session/guards.js';

/** One line a screen. */
export const consoleRoutes: Routes = [
  {
    path: 'unreachable',
    title: 'Hub not reachable',
    loadComponent: () => import('./shell/unreachable.js').then((m) => m.Unreachable),
  },
  {
    path: '',
    canActivate: [signedIn],
    loadComponent: () => import('./shell/shell.js').then((m) => m.Shell),
    children: [
      {
        path: 'not-allowed',
        title: 'Not allowed',
        loadComponent: () => import('./shell/not-allowed.js').then((m) => m.NotAllowed),
      },
      { path: '**', title: 'Not found', loadComponent: () => import('./shell/not-found.js').then((m) => m.NotFound) },
    ],
  },
];
