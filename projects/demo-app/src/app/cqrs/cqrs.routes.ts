import { type Routes } from '@angular/router';
import { Cqrs } from './cqrs';
import { provideCommands } from './provide-commands';

/** The page and all that it needs: loaded when somebody comes to it. */
export const CQRS_ROUTES: Routes = [{ path: '', component: Cqrs, providers: [provideCommands()] }];
