import config from './jest.config.ts';

// The runner takes one project, not several: that of the browser. Property tests take too long to run once a mutant; that a
// mutant dies without them is the better sign.
const ignored = ['\\.server\\.spec\\.ts$', '\\.types\\.spec\\.ts$', '\\.property\\.spec\\.ts$'];
const roots = ['<rootDir>/projects/rx-mesh/resilience'];
export default { ...config.projects[0], roots, testPathIgnorePatterns: ignored };
