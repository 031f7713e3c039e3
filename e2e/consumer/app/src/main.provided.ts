import { bootstrapApplication } from '@angular/platform-browser';
import { provideRxMesh } from 'rx-mesh';
import { Plain } from './plain';

// The same, with provideRxMesh() alone.
void bootstrapApplication(Plain, { providers: [provideRxMesh()] });
