import { mergeApplicationConfig } from '@angular/core';
import { type BootstrapContext, bootstrapApplication } from '@angular/platform-browser';
import { provideServerRendering } from '@angular/platform-server';
import { App } from './app';
import { appConfig } from './app-config';
import { provideEverything } from './everything';

const config = mergeApplicationConfig(appConfig(process.env['CONSUMER_ORIGIN'] ?? ''), {
  providers: [provideServerRendering(), provideEverything()],
});

const bootstrap = (context: BootstrapContext) => bootstrapApplication(App, config, context);

export default bootstrap;
