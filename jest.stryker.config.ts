import config from './jest.config.ts';

// The runner takes one project, not several: that of the browser.
export default config.projects[0];
