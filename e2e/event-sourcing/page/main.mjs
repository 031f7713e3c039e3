// The page of the checks: what a script outside asks of a tab.
import './process.mjs';
import '@angular/compiler'; // Angular itself comes half compiled
import { runContracts } from './contracts.mjs';
import * as faults from './faults.mjs';
import { bePeer } from './peer.mjs';
import * as tabs from './tabs.mjs';
import * as victim from './victim.mjs';

globalThis.tab = { bePeer, runContracts, ...faults, ...tabs, ...victim };
