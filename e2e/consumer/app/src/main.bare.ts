import { bootstrapApplication } from '@angular/platform-browser';
import { Plain } from './plain';

// What an application costs without rx-mesh.
void bootstrapApplication(Plain, { providers: [] });
