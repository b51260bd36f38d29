import { inject } from '@angular/core';
import { ActivatedRoute, Router, type Params } from '@angular/router';

/** Changes parts of the address's query; null removes one. What a screen shows is in its address, so that it can be sent to somebody. */
export function injectQuery(): (changes: Params, options?: { replace: boolean }) => void {
  const router = inject(Router);
  const route = inject(ActivatedRoute);
  return (changes, { replace } = { replace: true }) => {
    void router.navigate([], {
      relativeTo: route,
      queryParams: changes,
      queryParamsHandling: 'merge',
      replaceUrl: replace,
      scroll: 'manual',
    });
  };
}
