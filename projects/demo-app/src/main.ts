import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app';
import { appConfig } from './app/app.config';

// A bootstrap that fails is a bug: let it reach the browser's console as the unhandled rejection that it is.
void bootstrapApplication(App, appConfig);
