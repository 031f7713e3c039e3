import '../../setup-jest.server';

// No DOM, and no rendering either: what runs here connects as a browser does.
(globalThis as { ngServerMode?: boolean }).ngServerMode = false;
