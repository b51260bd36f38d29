import { BaseRouteReuseStrategy, type ActivatedRouteSnapshot } from '@angular/router';

/** A screen stays while only the query changes; another `:id` is another screen, with nothing left of the one before. */
export class ReuseSamePath extends BaseRouteReuseStrategy {
  override shouldReuseRoute(future: ActivatedRouteSnapshot, current: ActivatedRouteSnapshot): boolean {
    const same = (name: string) => future.params[name] === current.params[name];
    return future.routeConfig === current.routeConfig && (!future.component || Object.keys(future.params).every(same));
  }
}
