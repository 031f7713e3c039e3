import { Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type RouteConfig } from 'rx-mesh/gateway';
import { CanaryCard } from './canary-card';
import { LimitCard } from './limit-card';
import { RequestDesk } from './request-desk';
import { RequestForm } from './request-form';
import { RequestList } from './request-list';
import { RouteDesk } from './route-desk';
import { RouteForm } from './route-form';
import { RouteList } from './route-list';
import { SessionCard } from './session-card';
import { TroubleCard } from './trouble-card';
import { WishCard } from './wish-card';

/** A gateway in the page: where requests go, who may, how often, and who answers instead. */
@Component({
  selector: 'app-gateway',
  imports: [
    CanaryCard,
    LimitCard,
    MatButton,
    RequestForm,
    RequestList,
    RouteForm,
    RouteList,
    SessionCard,
    TroubleCard,
    WishCard,
  ],
  templateUrl: './gateway.html',
  styleUrl: './gateway.scss',
})
export class Gateway {
  protected readonly routes = inject(RouteDesk);
  protected readonly news = inject(RequestDesk).news;
  protected readonly edited = signal<RouteConfig | undefined>(undefined);
}
